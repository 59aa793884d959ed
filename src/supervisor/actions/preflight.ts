import { join } from 'node:path'
import type { ResolvedProcess } from '../../model/config/config.ts'
import { isForwarder } from '../../model/config/share.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { findProgram, isFile, isFolder, type Lookup } from '../../system/fs/lookup.ts'

/** `environment` is null if it inherits the supervisor's. */
export type Preflight = (config: ResolvedProcess, environment: Readonly<Record<string, string>> | null) => void

/** The preflight of one command. It looks up a program once, even if several processes run it. */
export function preflightOnce(inherited: Readonly<Record<string, string>>): Preflight {
  const lookups = new Map<string, Lookup>()
  return (config, environment) =>
    preflight(config, environment ?? inherited, (program, cwd, path) => {
      const key = JSON.stringify([program, cwd, path])
      const found = lookups.get(key) ?? findProgram(program, cwd, path)
      lookups.set(key, found)
      return found
    })
}

/**
 * Checks the working directory and the program before the spawn, whose error is the same for a bad working directory, a bad
 * interpreter and a missing program.
 *
 * @throws ProcessManagerError `config`, with the place of the config and the folders that were searched
 */
export function preflight(
  config: ResolvedProcess,
  environment: Readonly<Record<string, string>>,
  find = findProgram,
): void {
  // Its program is ours.
  if (isForwarder(config)) return
  const place = config.origin ?? `process \`${config.name}\``
  // What refers to another process is known when that runs.
  const isKnown = (text: string) => config.references === undefined || !text.includes('${{')
  if (!isKnown(config.cwd) || !isKnown(config.program)) return
  if (!isFolder(config.cwd)) throw new ProcessManagerError('config', `${place}: cwd ${config.cwd} is not a folder`)
  const path = config.env.PATH ?? environment.PATH
  const lookup = find(config.program, config.cwd, path)
  if (lookup.found !== undefined) return
  const { program, cwd } = config
  const refuse = (problem: string) => new ProcessManagerError('config', `${place}: command \`${program}\` ${problem}`)
  if (lookup.blocked !== undefined)
    throw refuse(`is not executable: chmod +x ${lookup.blocked}, or name its \`interpreter\``)
  const where =
    lookup.searched.length === 0 ? 'PATH is empty' : `looked in ${foldersText([...new Set(lookup.searched)])}`
  const isHere = !program.includes('/') && isFile(join(cwd, program))
  const hint = isHere ? `; the one in ${cwd} is ./${program}, or name its \`interpreter\`` : ''
  const isLine = /\S\s/.test(program)
  const whole = isLine ? '; with `args` or `interpreter` it is one program, without options: those go into `args`' : ''
  throw refuse(`was not found (${where})${hint}${whole}`)
}

/** Folders that are named in a message at most. */
const NAMED = 4

function foldersText(folders: string[]): string {
  if (folders.length <= NAMED) return folders.join(', ')
  const named = folders.slice(0, NAMED - 1)
  return `${named.join(', ')} and ${folders.length - named.length} more folders of PATH`
}
