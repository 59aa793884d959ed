import { isAbsolute, relative, resolve } from 'node:path'
import type { ProcessConfig } from '../../model/config/config.ts'
import type { Notes } from './notes.ts'

/**
 * A config without the absolute path of its folder: a project may lie elsewhere on another machine. Words of commands and
 * globs are relative to the working directory, files to the folder.
 */
export function withRelativePaths(config: ProcessConfig, folder: string, notes: Notes): ProcessConfig {
  if (folder === '/') return config
  const { cwd, command, args, logFile, errorFile, envFile, watchPaths, ignoreWatch, healthCheck, env } = config
  const working = resolve(folder, cwd ?? '')
  const below = (path: string, from: string, here = '.') => {
    const short = relative(from, path)
    return short === '' ? here : short.startsWith('..') ? short : `./${short}`
  }
  const inText = (text: string) => text.replace(pathsBelow(folder), (_, before, path) => before + below(path, working))
  const file = (path: string) => (isBelow(path, folder) ? relative(folder, path) || '.' : path)
  const glob = (path: string) => (isBelow(path, folder) ? relative(working, path) || '.' : path)
  for (const [name, value] of Object.entries(env ?? {})) {
    if (pathsBelow(folder).test(String(value))) {
      notes.add(config.name, `env.${name}`, 'contains the path of this folder, since the program may need it in full')
    }
  }
  const changed: Partial<ProcessConfig> = {
    command: inText(command),
    ...(args && { args: args.map(inText) }),
    ...(cwd !== undefined && { cwd: file(cwd) }),
    ...(logFile !== undefined && { logFile: file(logFile) }),
    ...(errorFile !== undefined && { errorFile: file(errorFile) }),
    ...(envFile !== undefined && { envFile: Array.isArray(envFile) ? envFile.map(file) : file(envFile) }),
    ...(watchPaths && { watchPaths: watchPaths.map(glob) }),
    ...(ignoreWatch && { ignoreWatch: ignoreWatch.map(glob) }),
    ...(healthCheck?.type === 'exec' &&
      healthCheck.command !== undefined && {
        healthCheck: { ...healthCheck, command: inText(healthCheck.command) },
      }),
  }
  const { cwd: place, ...rest } = { ...config, ...changed }
  return place === undefined || resolve(folder, place) === folder ? rest : { ...config, ...changed }
}

/** Paths of the folder and of what is in it, where a word or the value of an option begins. */
function pathsBelow(folder: string): RegExp {
  const literal = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(^|[\\s='":,(])(${literal}(?=/|[\\s'":,);&|]|$)[^\\s'":,);&|]*)`, 'g')
}

function isBelow(path: string, folder: string): boolean {
  return isAbsolute(path) && (path === folder || path.startsWith(`${folder}/`))
}
