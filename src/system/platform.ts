import { ProcessManagerError } from '../model/errors.ts'

/** Throws where this package cannot work: Windows has no process groups, no signals, and no Unix sockets for Node. */
export function refuseWindows(): void {
  if (process.platform !== 'win32') return
  const sentence = 'processes cannot be managed on Windows itself; run this inside WSL, the Windows Subsystem for Linux'
  throw new ProcessManagerError('unsupported', sentence)
}
