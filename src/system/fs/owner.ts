import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { ProcessManagerError } from '../../model/errors.ts'

/** Whether an error says that this user may not read or change something. */
export function isDenied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
}

/**
 * Refuses a state folder of another user before anything is written to it. That holds for root as well: what root writes, its owner
 * could not read, and what root starts would run as root.
 *
 * @throws ProcessManagerError `unreachable`
 */
export function refuseForeign(tuixDir: string): void {
  if (foreignOwner(tuixDir) !== null) throw denied(tuixDir)
}

/**
 * Refuses a file of a state folder that this user may not read. A missing one is not refused.
 *
 * @throws ProcessManagerError `unreachable`
 */
export function refuseUnreadable(tuixDir: string, file: string): void {
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    if (isDenied(error)) throw denied(tuixDir, file)
  }
}

/** The error for a state folder, or a file in it, that this user may not use. */
export function denied(tuixDir: string, file = tuixDir): ProcessManagerError {
  const path = foreignOwner(tuixDir) === null ? file : tuixDir
  const owner = foreignOwner(path)
  if (owner === null)
    return new ProcessManagerError('unreachable', `${path} may not be read: change its permissions with \`chmod\``)
  const remedy = isRoot() ? `run this as that user: sudo -u ${owner}` : 'run commands as that user, or chown it'
  return new ProcessManagerError('unreachable', `${path} belongs to another user, ${owner}: ${remedy}`)
}

/** The name of the user that a file or folder belongs to; null if that is this user, or if there is none. */
function foreignOwner(path: string): string | null {
  const uid = uidOf(path)
  return uid === undefined || uid === (process.getuid?.() ?? uid) ? null : userName(uid)
}

function uidOf(path: string): number | undefined {
  try {
    return statSync(path).uid
  } catch {
    return undefined
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The name in `/etc/passwd`, which has most users; otherwise the number. */
export function userName(uid: number): string {
  try {
    const entry = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.split(':')[2] === String(uid))
    return entry?.split(':')[0] || `#${uid}`
  } catch {
    return `#${uid}`
  }
}
