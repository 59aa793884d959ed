import { randomBytes } from 'node:crypto'
import { writeAtomicSync } from '../../system/fs/files.ts'
import { readPlain } from '../../system/fs/plain-file.ts'

/** The token of a folder's web listener, in a file that only the user can read. It is made if there is none. */
export function tokenIn(file: string, wanted?: string): string {
  const kept = readToken(file)
  const token = wanted ?? kept ?? randomBytes(32).toString('base64url')
  if (token !== kept) writeAtomicSync(file, `${token}\n`)
  return token
}

function readToken(file: string): string | undefined {
  try {
    return /^\S{16,}$/.exec(readPlain(file).trim())?.[0]
  } catch {
    return undefined
  }
}
