import { closeSync, fstatSync, readSync, statSync } from 'node:fs'
import type { LogStart } from '../../model/lifecycle/process.ts'
import type { LogSource } from '../../model/views/logs.ts'
import { afterEnd, lastReport, type ProgramStatus, unfinishedAt } from '../../model/views/program-status.ts'
import { openPlain } from '../../system/fs/plain-file.ts'
import { placementOf } from '../files/placement.ts'

/** Bytes of a log that one look reads at most. A report before them is missed, if nobody looked earlier. */
const LOOK = 128 * 1024

/** What has been read of one log. */
interface Seen {
  inode: number
  /** Bytes of the live file. */
  read: number
}

interface RunReports {
  run: number
  streams: Map<string, Seen>
  status: ProgramStatus | null
  /** The run has ended, and was looked at since. */
  isOver: boolean
}

export interface ReportingRun {
  run: number
  logStart: LogStart
  isAlive: boolean
}

/**
 * Finds what programs say about themselves in their logs. It looks when somebody asks, and only at what has come since. The logs of
 * a run that has ended are read once more.
 */
export class ProgramReports {
  readonly #runs = new Map<string, RunReports>()

  statusOf(source: LogSource, { run, logStart, isAlive }: ReportingRun): ProgramStatus | null {
    const known = this.#runs.get(source.name)
    const reports = known?.run === run ? known : { run, streams: new Map(), status: null, isOver: false }
    this.#runs.set(source.name, reports)
    if (isAlive || !reports.isOver) {
      const starts = new Map([
        [source.errorFile, logStart.stderr],
        [source.logFile, logStart.stdout],
      ])
      for (const [path, start] of starts) {
        const report = look(path, start, reports.streams)
        if (report !== undefined) reports.status = report
      }
      reports.isOver = !isAlive
    }
    return isAlive ? reports.status : afterEnd(reports.status)
  }

  /** Forgets all processes but these. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#runs.keys()) if (!names.has(name)) this.#runs.delete(name)
  }
}

/** The last report in what has come to a log; undefined if there is none, or the log cannot be read. */
function look(path: string, start: number, streams: Map<string, Seen>): ProgramStatus | null | undefined {
  const seen = streams.get(path)
  let fd: number
  try {
    const now = statSync(path)
    if (now.size === seen?.read && now.ino === seen.inode) return undefined
    // Most logs of most lists: a look at a hundred of them would take longer than all else that a list needs.
    if (now.size === 0) {
      streams.set(path, { inode: now.ino, read: 0 })
      return undefined
    }
    fd = openPlain(path)
  } catch {
    return undefined
  }
  try {
    const { ino: inode, size } = fstatSync(fd)
    // A log that is shorter than before was rotated: what is left of it is looked at again, which changes nothing.
    const isSame = seen?.inode === inode && seen.read <= size
    const from = isSame ? seen.read : seen ? 0 : Math.max(0, start - placementOf(path, fd).shift)
    const buffer = Buffer.alloc(Math.min(LOOK, Math.max(0, size - from)))
    const begin = size - buffer.length
    const length = readSync(fd, buffer, 0, buffer.length, begin)
    const text = buffer.toString('latin1', 0, length)
    streams.set(path, { inode, read: begin + unfinishedAt(text) })
    return lastReport(text)
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}
