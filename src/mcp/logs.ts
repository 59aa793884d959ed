import { readAround } from '../logs/reading/context.ts'
import { readAfter } from '../logs/reading/cursor.ts'
import { ForwardReader } from '../logs/reading/forward.ts'
import type { LogQuery } from '../logs/reading/query.ts'
import type { LogSource, ProcessLog } from '../model/views/logs.ts'
import { type DigestQuery, digest, type LogEntry, sizeOf } from './digest.ts'
import { safeLine } from './safe-text.ts'

export interface LogAnswer {
  entries: LogEntry[]
  cursor: string
  /** There are later lines; ask again with the cursor. */
  more: boolean
  /** Earlier entries that did not fit. */
  omitted: number
}

export interface LogAsk extends DigestQuery {
  /** Of an earlier answer: what came after it. Absent: the last entries. */
  cursor?: string | undefined
  /** Characters. */
  budget: number
}

/** Lines that are read for the last entries. */
const LAST_LINES = 1000
/** Matches whose surroundings are read, for the stacks. */
const LAST_MATCHES = 60
/** ms within which the lines of a stack are written. */
const STACK_WITHIN = 20
/** Lines that are read at a time after a cursor, and in all. */
const CHUNK = 500
const MOST_LINES = 10_000

/** Log entries of these processes, as many as fit the budget: the last ones, or the first ones after a cursor. */
export async function readEntries(sources: LogSource[], { cursor, budget, ...query }: LogAsk): Promise<LogAnswer> {
  return cursor === undefined || cursor === 'end'
    ? await lastEntries(sources, cursor === 'end' ? 0 : budget, query)
    : await entriesAfter(sources, cursor, budget, query)
}

async function lastEntries(sources: LogSource[], budget: number, query: DigestQuery): Promise<LogAnswer> {
  const isFiltered = query.level !== undefined || query.grep !== undefined
  const last: LogQuery = { lines: isFiltered || budget === 0 ? 0 : LAST_LINES }
  const { logs, cursor } = await readAfter(sources, 'start', last, Date.now())
  const found = isFiltered && budget > 0 ? await matching(sources, query) : logs
  const entries = digest(found.map(safeLog), query)
  const kept: LogEntry[] = []
  for (const entry of entries.toReversed()) {
    // One entry in any case: a budget must not hide everything.
    if (kept.length > 0 && sizeOf(kept) + sizeOf([entry]) > budget) break
    kept.unshift(entry)
  }
  return { entries: kept, cursor, more: false, omitted: entries.length - kept.length }
}

/** The last lines that match, with those around them. */
async function matching(sources: LogSource[], { level, grep }: DigestQuery): Promise<ProcessLog[]> {
  const query: LogQuery = {
    lines: LAST_MATCHES,
    ...(level && { level }),
    ...(grep !== undefined && { grep: new RegExp(grep.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'i') }),
  }
  const stretches = await readAround(sources, sources, query, STACK_WITHIN)
  return stretches.flat().map(({ log }) => log)
}

async function entriesAfter(
  sources: LogSource[],
  start: string,
  budget: number,
  query: DigestQuery,
): Promise<LogAnswer> {
  const logs: ProcessLog[] = []
  let cursor = start
  for (;;) {
    const chunk = await linesAfter(sources, cursor, CHUNK)
    const before = logs.length
    logs.push(...chunk.logs.map(safeLog))
    const entries = digest(logs, query)
    if (sizeOf(entries) > budget) {
      const count = fittingLines(logs, before, budget, query)
      const cut = await linesAfter(sources, cursor, count - before)
      return { entries: digest(logs.slice(0, count), query), cursor: cut.cursor, more: true, omitted: 0 }
    }
    cursor = chunk.cursor
    if (!chunk.more || logs.length >= MOST_LINES) return { entries, cursor, more: chunk.more, omitted: 0 }
  }
}

function safeLog(log: ProcessLog): ProcessLog {
  return { ...log, message: safeLine(log.message) }
}

/** How many lines fit: at least one more than before, so that every answer gets on. */
function fittingLines(logs: ProcessLog[], before: number, budget: number, query: DigestQuery): number {
  let fits = before + 1
  let exceeds = logs.length
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2)
    if (sizeOf(digest(logs.slice(0, middle), query)) > budget) exceeds = middle
    else fits = middle
  }
  return fits
}

async function linesAfter(sources: LogSource[], cursor: string, limit: number) {
  const reader = new ForwardReader({}, cursor)
  try {
    await reader.setSources(sources)
    const { logs, more } = await reader.next(limit)
    return { logs, more, cursor: reader.cursor }
  } finally {
    await reader.close()
  }
}
