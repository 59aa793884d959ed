import type { LogSource, ProcessLog } from '../model/logs.ts'
import { type LogQuery, matcher } from './query.ts'
import { readLogs } from './read.ts'

/** A line near one that was looked for, or that one itself. */
export interface ContextLine {
  log: ProcessLog
  isMatch: boolean
}

/**
 * The lines that `query` asks for, and all that `everybody` said up to `around` ms before and after each. Lines that are
 * near to several of them come once: the result is a list of stretches without a gap.
 */
export async function readAround(
  sources: LogSource[],
  everybody: LogSource[],
  query: LogQuery,
  around: number,
): Promise<ContextLine[][]> {
  const found = await readLogs(sources, query)
  const names = new Set(sources.map(({ name }) => name))
  const matches = matcher(query)
  return Promise.all(
    stretches(found, around).map(async ({ since, until }) => {
      const logs = await readLogs(everybody, { since, until })
      return logs.map((log) => ({ log, isMatch: names.has(log.name) && matches(log) }))
    }),
  )
}

/** Spans of time, epoch ms, both ends included. */
function stretches(logs: ProcessLog[], around: number): { since: number; until: number }[] {
  const spans: { since: number; until: number }[] = []
  for (const { timestamp } of logs) {
    const time = timestamp.getTime()
    const last = spans.at(-1)
    if (last && time - around <= last.until) last.until = Math.max(last.until, time + around)
    else spans.push({ since: time - around, until: time + around })
  }
  return spans
}
