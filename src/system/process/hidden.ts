import { closeSync, openSync, readFileSync } from 'node:fs'
import { isDenied } from '../fs/owner.ts'

/**
 * Whether a process of this user does not let this user look into it, as ssh-agent and programs with set-uid do not. Its marker and
 * its files are then unknown.
 */
export function isHidden(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/environ`, 'r'))
    return false
  } catch (error) {
    return isDenied(error) && realUserOf(pid) === process.getuid?.()
  }
}

/** The real user, which set-uid does not change. The owner of its files in `/proc` is root if the process is hidden. */
function realUserOf(pid: number): number | undefined {
  try {
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return uid === undefined ? undefined : Number(uid)
  } catch {
    return undefined
  }
}
