import { realpathSync } from 'node:fs'

/** Two spellings of one folder must find one supervisor; a folder that does not exist yet has only one. */
export function canonicalFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
