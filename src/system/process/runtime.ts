import { existsSync, readlinkSync } from 'node:fs'
import { HAS_PROC } from './proc.ts'

/** The program of the runtime that runs this. It can still be run when a version manager has deleted its file. */
export function ownRuntime(): string {
  return HAS_PROC && !existsSync(process.execPath) ? `/proc/${process.pid}/exe` : process.execPath
}

/** Whether the file of a running program was deleted or replaced; false if that is unknown. */
export function lostProgram(pid: number): boolean {
  try {
    return HAS_PROC && readlinkSync(`/proc/${pid}/exe`).endsWith(' (deleted)')
  } catch {
    return false
  }
}
