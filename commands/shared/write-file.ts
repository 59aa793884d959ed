import { constants, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ProcessManagerError } from '../../src/index.ts'
import { wordsOf } from '../../src/internal.ts'
import { usageError } from './usage.ts'

/** `O_NONBLOCK`: a FIFO that nobody reads is refused, and not waited for. */
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK

export interface NewFile {
  /** Absolute. */
  cwd: string
  /** Relative to `cwd`. */
  file: string
  text: string
  /** Replace an existing file. */
  force: boolean
}

/** Writes a file. Throws a usage error if it exists already, unless `force`. */
export async function writeNewFile({ cwd, file, text, force }: NewFile): Promise<void> {
  try {
    // The file system checks whether the file exists: between a check of our own and the write, someone could create it.
    await writeFile(resolve(cwd, file), text, { flag: NEW | (force ? constants.O_TRUNC : constants.O_EXCL) })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw usageError(`${file} already exists; use --force to replace it`)
    if (code === 'ENOENT') throw usageError(`${file} cannot be written: its folder does not exist`)
    throw new ProcessManagerError('internal', `${file} cannot be written: ${wordsOf(code)}`)
  }
}

/** Size of a file in bytes. Null: the file does not exist. */
export function fileSize(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
