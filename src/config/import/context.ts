import { accessSync, constants, statSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { readGiven } from '../given-file.ts'
import { Placeholders } from '../placeholders.ts'
import type { ImportContext } from './types.ts'

export interface ImportOptions {
  /** Absolute. */
  file: string
  /** Name in messages. */
  shown: string
  env?: ImportContext['env']
  purpose?: ImportContext['purpose']
  placeholders?: Placeholders
}

/** The context for importers on this machine. */
export function importContext({
  file,
  shown,
  env = process.env,
  purpose = 'run',
  placeholders = new Placeholders(),
}: ImportOptions): ImportContext {
  /** Where the path leads on this machine. */
  const real = (path: string) => placeholders.reveal(path, env)
  return {
    file: shown,
    folder: dirname(file),
    purpose,
    env,
    placeholders,
    home: homedir(),
    cpus: availableParallelism(),
    fileKind: (path) => fileKind(real(path)),
    hasProgram: (name) =>
      (env.PATH ?? '')
        .split(delimiter)
        .some((folder) => folder !== '' && fileKind(join(folder, name)) === 'executable'),
    readText(path) {
      try {
        return readGiven(real(path)).toString()
      } catch {
        return undefined
      }
    },
  }
}

/** A path that may not be looked at counts as missing, as it does for whoever runs a program. */
function fileKind(path: string): ReturnType<ImportContext['fileKind']> {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return 'folder'
    if (!stats.isFile()) return 'missing'
  } catch {
    return 'missing'
  }
  try {
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch {
    return 'plain'
  }
}
