import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { ImportWorld } from './types.ts'

export interface WorldOptions {
  /** Absolute. */
  file: string
  /** As messages call it. */
  shown: string
  env?: ImportWorld['env']
  purpose?: ImportWorld['purpose']
}

/** The machine and the environment of this program, as importers ask for them. */
export function realWorld({ file, shown, env = process.env, purpose = 'run' }: WorldOptions): ImportWorld {
  return {
    file: shown,
    folder: dirname(file),
    purpose,
    env,
    home: homedir(),
    cpus: availableParallelism(),
    fileKind,
    hasProgram: (name) =>
      (env.PATH ?? '')
        .split(delimiter)
        .some((folder) => folder !== '' && fileKind(join(folder, name)) === 'executable'),
    readText(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined
      }
    },
  }
}

function fileKind(path: string): ReturnType<ImportWorld['fileKind']> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return 'missing'
  try {
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch {
    return 'plain'
  }
}
