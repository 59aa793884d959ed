import { basename, dirname, join, relative, resolve } from 'node:path'
import type { ProcessConfig } from '../model/config.ts'
import { importContent } from './import/index.ts'
import { type ImportKind, kindOf } from './import/kind.ts'
import { noteLines } from './import/notes.ts'
import { profilesIn } from './import/profiles.ts'
import type { ImportedProcess } from './import/types.ts'
import { realWorld } from './import/world.ts'
import { refusal } from './place.ts'
import { parseProcess } from './process.ts'
import { readConfigFile } from './read.ts'
import { type Format, isAppConfig, usualName } from './write/format.ts'
import { installedPackage } from './write/package.ts'
import { type Draft, render } from './write/render.ts'

export interface ConvertOptions {
  /** Absolute. */
  cwd: string
  /** Another tool's file, relative to `cwd`. */
  file: string
  format: Format
  /** Where the text is to be written, relative to `cwd`: paths in it count from there. Absent: nowhere, or beside `file`. */
  target?: string
  /** Comments for the end. */
  ending?: string[]
}

export interface Conversion {
  kind: ImportKind
  /** A config file of our own. */
  text: string
  /** Names of the processes in it. */
  names: string[]
  /** What is not the same as in the other tool, a sentence each. */
  notes: string[]
}

/** Makes a config of another tool's file. Throws a `config` error, one sentence. */
export async function convertConfig({ cwd, file, format, target, ending }: ConvertOptions): Promise<Conversion> {
  const path = resolve(cwd, file)
  const content = await readConfigFile(path, file)
  const kind = kindOf(path, content)
  if (!kind)
    throw refusal({ file }, 'it is no file of PM2, of process-compose, or with scripts, nor is it named Procfile')
  const { processes, notes } = importContent(kind, content, realWorld({ file: path, shown: file, purpose: 'convert' }))
  // What is refused later is refused now, in words about the file that it came from.
  for (const { config, path: place } of processes) parseProcess(config, { cwd: dirname(path), file, path: place })
  const destination = resolve(cwd, target ?? join(dirname(path), usualName(format)))
  const folder = relative(dirname(destination), dirname(path))
  const draft = draftOf(processes.map((process) => ({ ...process, config: movedTo(process.config, folder) })))
  const packageName = installedPackage(dirname(destination))
  const text = await render(draft, {
    format,
    wrapped: isAppConfig(destination),
    heading: [`From ${basename(file)}.`],
    live: (name) => processes.find(({ config }) => config.name === name)?.live ?? [],
    ...(packageName !== undefined && { packageName }),
    ...(ending && { ending }),
  })
  return { kind, text, names: processes.map(({ config }) => config.name), notes: noteLines(notes) }
}

function draftOf(processes: ImportedProcess[]): Draft {
  const profiles = profilesIn(processes)
  return {
    processes: processes.map(({ config }) => config),
    ...(Object.keys(profiles).length > 0 && { profiles }),
  }
}

/** The process as a config in another folder declares it, from which `folder` leads to the one that paths counted from. */
function movedTo(config: ProcessConfig, folder: string): ProcessConfig {
  if (folder === '') return config
  const from = (path: string) => (path.startsWith('/') ? path : join(folder, path))
  const { name, command, args, cwd = '', logFile, errorFile, envFile, ...rest } = config
  return {
    name,
    command,
    ...(args && { args }),
    cwd: from(cwd),
    ...rest,
    ...(envFile !== undefined && { envFile: Array.isArray(envFile) ? envFile.map(from) : from(envFile) }),
    ...(logFile !== undefined && { logFile: from(logFile) }),
    ...(errorFile !== undefined && { errorFile: from(errorFile) }),
  }
}
