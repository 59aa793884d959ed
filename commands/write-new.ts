import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ProcessManagerError } from '../src/index.ts'

export interface NewFile {
  /** Absolute. */
  cwd: string
  /** Relative to `cwd`. */
  file: string
  text: string
  /** Replace a file that is there. */
  force: boolean
}

/** Writes a file. Throws a usage error if there is one already, unless `force`. */
export async function writeNew({ cwd, file, text, force }: NewFile): Promise<void> {
  try {
    // The file system decides, not a look beforehand: between the two somebody could write it.
    await writeFile(resolve(cwd, file), text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new ProcessManagerError('usage', `${file} is there already; --force replaces it`)
    if (code === 'ENOENT') throw new ProcessManagerError('usage', `${file} is in a folder that does not exist`)
    throw new ProcessManagerError('internal', `${file} cannot be written: ${message}`)
  }
}
