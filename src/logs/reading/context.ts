import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import { type LogQuery, matcherOf } from './query.ts'
import { readEntries, readLogs } from './read.ts'

/** A line that matches the query, or is near one that does. */
export interface ContextLine {
  log: ProcessLog
  isMatch: boolean
}

/**
 * The lines of `sources` that match `query`, with all lines of `allSources` up to `around` ms before and after each.
 * Overlapping spans are merged, so that every line comes once. Returns one list of lines per span.
 */
export async function readAround(
  sources: LogSource[],
  allSources: LogSource[],
  query: LogQuery,
  around: number,
): Promise<ContextLine[][]> {
  const found = await readLogs(sources, query)
  const names = new Set(sources.map(({ name }) => name))
  const matches = matcherOf(query)
  return Promise.all(
    spansAround(found, around).map(async ({ since, until }) => {
      const entries = await readEntries(allSources, { since, until }, {})
      return entries.map((entry) => ({ log: entry.log, isMatch: names.has(entry.log.name) && matches(entry) }))
    }),
  )
}

/** Merged time spans around these lines, in epoch ms, both ends included. */
export function spansAround(logs: ProcessLog[], around: number): { since: number; until: number }[] {
  const spans: { since: number; until: number }[] = []
  for (const { timestamp } of logs) {
    const time = timestamp.getTime()
    const last = spans.at(-1)
    if (last && time - around <= last.until) last.until = Math.max(last.until, time + around)
    else spans.push({ since: time - around, until: time + around })
  }
  return spans
}
