import { ProcessManagerError } from '../../model/errors.ts'
import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import { sha256 } from '../../system/fs/sha256.ts'
import { LogFile } from '../files/log-file.ts'
import { earlierEvents } from './backward.ts'
import { UNFINISHED_AFTER } from './line.ts'
import { lastLineStart } from './lines-backward.ts'
import type { LogQuery } from './query.ts'
import { childFiles, namesByEventsFile, readBetween } from './read.ts'
import type { Mark } from './stream-tail.ts'

/** Marks by the hash of the path, since paths would make a cursor long. */
export type Marks = Record<string, Mark>

/** Lines, and the cursor for the next reading. */
export interface LogsAfter {
  logs: ProcessLog[]
  /** Opaque text without spaces. */
  cursor: string
}

/**
 * The lines since an earlier reading. In a series of readings, each line comes exactly once. An unfinished line is left
 * for the next reading while it still grows. A file that has started over is read from its beginning.
 *
 * @param cursor cursor of the previous reading, `start` for all lines, or `end` for no lines and only a cursor
 * @throws ProcessManagerError `usage` for an invalid cursor
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
    // A file without a mark is read from its beginning, too. Many errors files are empty, and a cursor has to fit a header.
    if (mark[1] > 0) marks[keyOf(path)] = mark
    else delete before[keyOf(path)]
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
    // The file with the mark may have become the earlier file. If it has not, the earlier file has been read completely.
    const renamed = await markOf(earlier, now)
    if (renamed && known) starts.set(earlier, known[0] === mark[0] ? renamed[1] : startIn(renamed, known))
  }
  const logs = cursor === 'end' ? [] : await readBetween(sources, query, { starts, ends })
  return { logs, cursor: encode({ ...before, ...marks }) }
}

/** Mark at the end of a file's lines; undefined if the file does not exist. */
async function markOf(path: string, now: number): Promise<Mark | undefined> {
  const file = await LogFile.open(path)
  if (!file) return undefined
  try {
    // A time to come is one from before the time of day was set back.
    const isQuiet = Math.abs(now - file.modified) >= UNFINISHED_AFTER
    return [file.id, isQuiet ? file.end : await lastLineStart(file, file.end)]
  } finally {
    await file.close()
  }
}

function startIn([id, end]: Mark, known: Mark | undefined): number {
  return known && known[0] === id && known[1] <= end ? known[1] : 0
}

export const keyOf = (path: string): string => sha256(path, 'base64url').slice(0, 8)

export const encode = (marks: Marks): string => Buffer.from(JSON.stringify(marks)).toString('base64url')

export function decode(cursor: string): Marks {
  try {
    const marks: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (isMarks(marks)) return marks
  } catch {
    // Reported below, like any other invalid cursor.
  }
  throw new ProcessManagerError('usage', 'invalid cursor: use the one of an earlier reading, or `start` or `end`')
}

function isMarks(value: unknown): value is Marks {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every(
    (mark) => Array.isArray(mark) && typeof mark[0] === 'string' && Number.isSafeInteger(mark[1]) && mark[1] >= 0,
  )
}
