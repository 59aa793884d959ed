import { createHash } from 'node:crypto'
import { ProcessManagerError } from '../model/errors.ts'
import type { LogSource, ProcessLog } from '../model/logs.ts'
import { earlierEvents } from './backward.ts'
import { lastLineStart } from './lines-backward.ts'
import { LogFile } from './log-file.ts'
import type { LogQuery } from './query.ts'
import { childFiles, namesByEventsFile, readBetween } from './read.ts'

/** A line without its newline counts as a line when nothing has been added to its file for so many ms. */
const UNFINISHED = 2000

/** Up to where a file has been read, and which file that was: `DEVICE:INODE`. */
type Mark = [id: string, offset: number]
/** By `keyOf` the path: paths themselves would make a cursor long. */
type Marks = Record<string, Mark>

/** Lines, and where the next reading goes on. */
export interface LogsAfter {
  logs: ProcessLog[]
  /** Opaque text without spaces. */
  cursor: string
}

/**
 * The lines since an earlier reading, each given by exactly one of a series of readings; a line without its newline is left
 * for the next one unless it stays as it is. Of a file that has started over since, all that it has now.
 *
 * @param cursor what the reading before gave; `start`: all there is; `end`: nothing but a cursor
 * @throws ProcessManagerError `usage` for a text that is no cursor
 */
export async function readAfter(
  sources: LogSource[],
  cursor: string,
  query: LogQuery,
  now: number,
): Promise<LogsAfter> {
  const before = cursor === 'start' || cursor === 'end' ? {} : decode(cursor)
  const marks: Marks = {}
  const starts = new Map<string, number>()
  const ends = new Map<string, number>()
  for (const path of new Set(sources.flatMap((source) => childFiles(source).map((file) => file.path)))) {
    const mark = await markOf(path, now)
    if (!mark) continue
    marks[keyOf(path)] = mark
    ends.set(path, mark[1])
    starts.set(path, startIn(mark, before[keyOf(path)]))
  }
  for (const path of namesByEventsFile(sources).keys()) {
    const mark = await markOf(path, now)
    if (!mark) continue
    marks[keyOf(path)] = mark
    ends.set(path, mark[1])
    const known = before[keyOf(path)]
    starts.set(path, startIn(mark, known))
    const earlier = earlierEvents(path)
    // The file that was read up to the mark may be the earlier one now; if it is still the present one, that one is through.
    const renamed = await markOf(earlier, now)
    if (renamed && known) starts.set(earlier, known[0] === mark[0] ? renamed[1] : startIn(renamed, known))
  }
  const logs = cursor === 'end' ? [] : await readBetween(sources, query, { starts, ends })
  return { logs, cursor: encode({ ...before, ...marks }) }
}

/** Where a file's lines end now; undefined: there is no such file. */
async function markOf(path: string, now: number): Promise<Mark | undefined> {
  const file = await LogFile.open(path)
  if (!file) return undefined
  try {
    const isStill = file.modified <= now - UNFINISHED
    return [file.id, isStill ? file.end : await lastLineStart(file, file.end)]
  } finally {
    await file.close()
  }
}

function startIn([id, end]: Mark, known: Mark | undefined): number {
  return known && known[0] === id && known[1] <= end ? known[1] : 0
}

const keyOf = (path: string): string => createHash('sha256').update(path).digest('base64url').slice(0, 8)

const encode = (marks: Marks): string => Buffer.from(JSON.stringify(marks)).toString('base64url')

function decode(cursor: string): Marks {
  try {
    const marks: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (isMarks(marks)) return marks
  } catch {
    // Told below, like everything else that is no cursor.
  }
  throw new ProcessManagerError('usage', 'this is no cursor that reading logs gave: begin with `start` or `end`')
}

function isMarks(value: unknown): value is Marks {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every(
    (mark) => Array.isArray(mark) && typeof mark[0] === 'string' && Number.isSafeInteger(mark[1]) && mark[1] >= 0,
  )
}
