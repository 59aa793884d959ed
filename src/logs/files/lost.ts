import { readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { LostLog } from '../../model/views/logs.ts'
import { refusal } from '../../system/fs/plain-file.ts'

/** A process and its log files. */
export interface Writer {
  name: string
  /** Its leader; null while it does not run. */
  pid: number | null
  logFile: string
  errorFile: string
}

/** At most one log of each process. Without /proc, none that was deleted or renamed is found. */
export function lostLogs(writers: Writer[]): LostLog[] {
  return writers.flatMap((writer) => lostLog(writer, 'logFile', 1) ?? lostLog(writer, 'errorFile', 2) ?? [])
}

function lostLog({ name, pid, ...files }: Writer, which: 'logFile' | 'errorFile', fd: 1 | 2): LostLog | null {
  const log = files[which]
  const refused = refusal(log)
  if (refused) return { name, log, type: 'no-file', to: refused.message }
  if (pid === null) return null
  const to = `/proc/${pid}/fd/${fd}`
  try {
    const written = statSync(to)
    const there = statSync(log, { throwIfNoEntry: false })
    if (!written.isFile() || (there?.dev === written.dev && there.ino === written.ino)) return null
    const target = readlinkSync(to)
    // A process may have redirected its output itself.
    if (there && !basename(target).startsWith(basename(log))) return null
    return { name, log, to, type: target.endsWith(' (deleted)') ? 'deleted' : 'renamed' }
  } catch {
    return null
  }
}
