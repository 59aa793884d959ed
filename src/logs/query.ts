import { stripVTControlCharacters } from 'node:util'
import type { LogLevel, ProcessLog } from '../model/logs.ts'
import { isAtLeast } from './level.ts'

/** Which lines of a log. Everything that is set must hold. */
export interface LogQuery {
  /** The last so many of those that match. Absent: all of them; a follower: none but new ones. */
  lines?: number
  /** Not before; a number is epoch ms. */
  since?: Date | number
  /** Not after. */
  until?: Date | number
  /** Searched in the line without its colours. */
  grep?: RegExp
  /** This level or above. */
  level?: LogLevel
  /** Absent: all. */
  streams?: ProcessLog['source'][]
}

export const wants = (query: LogQuery, source: ProcessLog['source']): boolean =>
  query.streams === undefined || query.streams.includes(source)

/** Whether a line is asked for, as far as a line by itself can tell: everything but `lines`. */
export function matcher(query: LogQuery): (log: ProcessLog) => boolean {
  const since = query.since === undefined ? Number.NEGATIVE_INFINITY : Number(query.since)
  const until = query.until === undefined ? Number.POSITIVE_INFINITY : Number(query.until)
  // A global or sticky pattern would remember where the line before matched.
  const grep = query.grep && new RegExp(query.grep.source, query.grep.flags.replace(/[gy]/g, ''))
  const { level } = query
  return (log) => {
    const time = log.timestamp.getTime()
    if (time < since || time > until || !wants(query, log.source)) return false
    if (level && !isAtLeast(log.level, level)) return false
    return !grep || grep.test(stripVTControlCharacters(log.message))
  }
}
