import { realpathSync } from 'node:fs'

/**
 * The folder's real path, so that two spellings of one folder find the same supervisor. A missing folder keeps its
 * spelling.
 */
export function canonicalFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
