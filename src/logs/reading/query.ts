import { stripVTControlCharacters } from 'node:util'
import { jsonFieldTest } from '../../model/views/json-fields.ts'
import type { LogLevel, ProcessLog } from '../../model/views/logs.ts'
import type { Entry } from './entry.ts'
import { isAtLeast } from './level.ts'

/**
 * Selects lines of a log. All conditions must hold. A line of a stack trace has the level of the line that it continues, and
 * matches where that one matches.
 */
export interface LogQuery {
  /**
   * Number of last matching lines. Absent means all of them, or for a follower none but new ones. With `grep`, `fields` or `level`,
   * the rest of a stack trace whose beginning matches is not counted.
   */
  lines?: number
  /** Lines from this time on; a number is epoch ms. */
  since?: Date | number
  /** Lines up to this time; a number is epoch ms. */
  until?: Date | number
  /** Matched against the line without its colours. */
  grep?: RegExp
  /** Lines that are JSON objects in which each of these fields has one of its values, by path: `{ 'request.method': ['GET'] }`. */
  fields?: Record<string, string[]>
  /** Lines of this level or above. */
  level?: LogLevel
  /** Absent means all. */
  streams?: ProcessLog['source'][]
}

export const includesStream = (query: LogQuery, source: ProcessLog['source']): boolean =>
  query.streams === undefined || query.streams.includes(source)

/** A test of lines by all conditions of a query except `lines`. */
export function matcherOf(query: LogQuery): (entry: Entry) => boolean {
  const since = query.since === undefined ? Number.NEGATIVE_INFINITY : Number(query.since)
  const until = query.until === undefined ? Number.POSITIVE_INFINITY : Number(query.until)
  // A global or sticky pattern would start at the match in the previous line.
  const grep = query.grep && new RegExp(query.grep.source, query.grep.flags.replace(/[gy]/g, ''))
  const hasFields = query.fields && jsonFieldTest(query.fields)
  const { level } = query
  const says = (text: string) => (grep === undefined || grep.test(text)) && (hasFields === undefined || hasFields(text))
  const isAny = grep === undefined && hasFields === undefined
  const found = ({ log, parent }: Entry): boolean =>
    isAny || says(stripVTControlCharacters(log.message)) || (parent !== undefined && found(parent))
  return (entry) => {
    const { log, time } = entry
    if (time < since || time > until || !includesStream(query, log.source)) return false
    if (level && !isAtLeast(log.level, level)) return false
    return found(entry)
  }
}

/** A test whether a matching line counts for `lines`: not if it only continues another one that matches. */
export function counterOf(query: LogQuery): (entry: Entry) => boolean {
  if (query.grep === undefined && query.fields === undefined && query.level === undefined) return () => true
  const matches = matcherOf(query)
  return ({ parent }) => parent === undefined || !matches(parent)
}
