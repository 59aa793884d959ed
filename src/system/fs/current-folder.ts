import { ProcessManagerError } from '../../model/errors.ts'

/** The working directory of this program; null if it was deleted. */
export function currentFolder(): string | null {
  try {
    return process.cwd()
  } catch {
    return null
  }
}

/** The same. Throws if it was deleted. */
export function existingFolder(): string {
  const folder = currentFolder()
  if (folder === null) throw currentFolderGone()
  return folder
}

export function currentFolderGone(): ProcessManagerError {
  return new ProcessManagerError('usage', 'the current folder was deleted; go to another one, or give absolute paths')
}
