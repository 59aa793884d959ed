import type { ResolvedProcess } from '../model/config.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { findProgram, isFolder, type Lookup } from '../system/lookup.ts'

export type Preflight = (config: ResolvedProcess, environment: Record<string, string>) => void

/** The preflight of one command: what its processes share is looked for once. */
export function preflightOnce(): Preflight {
  const lookups = new Map<string, Lookup>()
  return (config, environment) =>
    preflight(config, environment, (program, cwd, path) => {
      const key = JSON.stringify([program, cwd, path])
      const found = lookups.get(key) ?? findProgram(program, cwd, path)
      lookups.set(key, found)
      return found
    })
}

/**
 * Finds what would make a spawn fail before anything is forked, since a bad working directory, a bad interpreter and a
 * missing program all look alike afterwards.
 *
 * @throws ProcessManagerError `config`, naming the place and where the program was looked for
 */
export function preflight(config: ResolvedProcess, environment: Record<string, string>, find = findProgram): void {
  const place = config.origin ?? `process \`${config.name}\``
  if (!isFolder(config.cwd)) throw new ProcessManagerError('config', `${place}: cwd ${config.cwd} is not a folder`)
  const path = config.env.PATH ?? environment.PATH
  const lookup = find(config.program, config.cwd, path)
  if (lookup.found !== undefined) return
  const where = lookup.searched.length === 0 ? 'PATH is empty' : `looked in ${[...new Set(lookup.searched)].join(', ')}`
  throw new ProcessManagerError(
    'config',
    `${place}: command \`${config.program}\` was not found or is not executable (${where})`,
  )
}
