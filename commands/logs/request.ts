import type { LogQuery, ProcessLog } from '../../src/index.ts'
import { LOG_LEVELS } from '../../src/internal.ts'
import type { CommandContext, Flags } from '../shared/command.ts'
import { jsonFields, moment, oneOf, pattern, spanWithUnit, wholeNumber } from '../shared/flag-values.ts'
import { usageError } from '../shared/usage.ts'

export const DEFAULT_LINES = 20

/** What `logs` has to show. */
export interface LogRequest {
  query: LogQuery
  follow: boolean
  cursor?: string
  /** ms before and after each match for which all lines are shown. */
  around?: number
}

/** Pairs of flags that exclude each other. */
const CONFLICTS: [one: keyof Flags, other: keyof Flags, why?: string][] = [
  ['follow', 'until', 'it runs until Ctrl-C'],
  ['context', 'follow', 'it needs the lines after a match'],
  ['follow', 'cursor'],
  ['context', 'cursor'],
  ['raw', 'json'],
  ['raw', 'timestamps'],
  ['raw', 'context'],
]

/** Throws a usage error. */
export function logRequest({ flags, environment }: Pick<CommandContext, 'flags' | 'environment'>): LogRequest {
  const conflict = CONFLICTS.find(([one, other]) => flags[one] !== undefined && flags[other] !== undefined)
  if (conflict) {
    const [one, other, why] = conflict
    throw usageError(`--${one} cannot be combined with --${other}${why ? `: ${why}` : ''}`)
  }
  if (flags.ignoreCase && flags.grep === undefined) throw usageError('--ignore-case needs --grep')
  const { context, cursor } = flags
  return {
    query: queryOf(flags, environment.now()),
    follow: flags.follow ?? false,
    ...(cursor !== undefined && { cursor }),
    ...(context !== undefined && { around: spanWithUnit('--context', context) }),
  }
}

function queryOf(flags: Flags, now: number): LogQuery {
  const { lines, since, until, grep, ignoreCase = false, field, level } = flags
  const isLimited = since === undefined && flags.cursor === undefined
  const streams = streamsOf(flags)
  return {
    ...(lines !== undefined && { lines: wholeNumber('--lines', lines) }),
    ...(lines === undefined && isLimited && { lines: DEFAULT_LINES }),
    ...(since !== undefined && { since: moment('--since', since, now) }),
    ...(until !== undefined && { until: moment('--until', until, now) }),
    ...(grep !== undefined && { grep: pattern('--grep', grep, ignoreCase) }),
    ...(field !== undefined && { fields: jsonFields('--field', field) }),
    ...(level !== undefined && { level: oneOf('--level', level, LOG_LEVELS) }),
    ...(streams && { streams }),
  }
}

/** The selected streams. Undefined: all, including the lines of the supervisor. */
function streamsOf({ out, err, raw }: Flags): ProcessLog['source'][] | undefined {
  if (out && !err) return ['stdout']
  if (err && !out) return ['stderr']
  return out || raw ? ['stdout', 'stderr'] : undefined
}
