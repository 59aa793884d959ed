import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

/** Every supervisor notes its folder for its user. What tests start is none of the user's business. */
process.env.XDG_STATE_HOME = join(tmpdir(), `tuix-tests-${process.getuid?.() ?? 0}`)
mkdirSync(process.env.XDG_STATE_HOME, { recursive: true, mode: 0o700 })

export interface TempFolder {
  /** Real path: no symbolic link in it, so that it compares equal to what the system reports. */
  path: string
  remove(): void
}

/** A new, empty folder under the system's temp folder. The path is short: sockets below it must fit about 100 bytes. */
export function tempFolder(prefix = 'ps'): TempFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `${prefix}-`)))
  return {
    path,
    // A process that is just dying may still write below it: retry instead of failing with ENOTEMPTY.
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  }
}

/**
 * Removes a folder in which processes write meanwhile. A file that is made while the folder is being emptied is a failure of
 * `rm` (ENOTEMPTY), and so it is tried again, as a person would.
 */
export async function removeInUse(path: string): Promise<void> {
  await until(
    () => {
      rmSync(path, { recursive: true, force: true })
      return true
    },
    { what: `${path} to be removed` },
  )
}
