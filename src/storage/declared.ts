/* The config file versions that the running processes were started from. Kept light, since `ps list` loads it. */
import { statSync } from 'node:fs'
import { readPlain } from '../system/fs/plain-file.ts'
import { pathsOf } from './paths.ts'

/** Content of `declared.json`. */
interface Declared {
  /** The config file that declares the processes. */
  file: string
  /** Every file that was read for it, with its version. */
  files: [path: string, version: string][]
  /** All processes ran as declared in these versions. */
  inLine: boolean
}

/** Records the files that the current declarations come from. If the write fails, only the next check takes longer. */
export async function noteDeclared(tuixDir: string, file: string, files: string[], inLine: boolean): Promise<void> {
  const declared: Declared = { file, files: files.map((path) => [path, versionOf(path)]), inLine }
  const { writeAtomicSync } = await import('../system/fs/files.ts')
  try {
    writeAtomicSync(pathsOf(tuixDir).declared, JSON.stringify(declared))
  } catch {
    // The disk is full, or the folder is gone.
  }
}

/**
 * The config file whose declarations may differ from the running processes; null if none. Compares only dates and
 * sizes.
 */
export function changedConfig(tuixDir: string): string | null {
  try {
    const { file, files, inLine } = JSON.parse(readPlain(pathsOf(tuixDir).declared)) as Declared
    return inLine && files.every(([path, version]) => versionOf(path) === version) ? null : file
  } catch {
    return null
  }
}

function versionOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? `${stats.mtimeMs}/${stats.size}` : 'gone'
}
