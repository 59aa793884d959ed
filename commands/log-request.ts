import { type LogLevel, type LogQuery, type ProcessLog, ProcessManagerError } from '../src/index.ts'
import type { CommandContext, Flags } from './command.ts'
import { moment, oneOf, pattern, spanWithUnit, wholeNumber } from './values.ts'

export const DEFAULT_LINES = 20
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies LogLevel[]

/** What `logs` was asked for. */
export interface LogRequest {
  query: LogQuery
  follow: boolean
  cursor?: string
  /** ms of everything around each line. */
  around?: number
}

/** Two flags that make no sense together, and why. */
const CONFLICTS: [one: keyof Flags, other: keyof Flags, why: string][] = [
  ['follow', 'until', '--follow has no end, so it takes no --until'],
  ['follow', 'context', '--context is about what was said already, so it does not go with --follow'],
  ['follow', 'cursor', 'give --follow or --cursor, not both'],
  ['context', 'cursor', 'give --context or --cursor, not both'],
  ['raw', 'json', 'give --raw or --json, not both'],
  ['raw', 'timestamps', '--raw shows lines as they were written, without --timestamps'],
  ['raw', 'context', '--raw shows lines as they were written, without --context'],
]

/** Throws a usage error. */
export function logRequest({ flags, environment }: Pick<CommandContext, 'flags' | 'environment'>): LogRequest {
  const conflict = CONFLICTS.find(([one, other]) => flags[one] !== undefined && flags[other] !== undefined)
  if (conflict) throw new ProcessManagerError('usage', conflict[2])
  if (flags.ignoreCase && flags.grep === undefined)
    throw new ProcessManagerError('usage', '--ignore-case is about --grep, which is not given')
  const { context, cursor } = flags
  return {
    query: queryOf(flags, environment.now()),
    follow: flags.follow ?? false,
    ...(cursor !== undefined && { cursor }),
    ...(context !== undefined && { around: spanWithUnit('--context', context) }),
  }
}

function queryOf(flags: Flags, now: number): LogQuery {
  const { lines, since, until, grep, ignoreCase = false, level } = flags
  const isLimited = since === undefined && flags.cursor === undefined
  const streams = streamsOf(flags)
  return {
    ...(lines !== undefined && { lines: wholeNumber('--lines', lines) }),
    ...(lines === undefined && isLimited && { lines: DEFAULT_LINES }),
    ...(since !== undefined && { since: moment('--since', since, now) }),
    ...(until !== undefined && { until: moment('--until', until, now) }),
    ...(grep !== undefined && { grep: pattern('--grep', grep, ignoreCase) }),
    ...(level !== undefined && { level: oneOf('--level', level, LEVELS) }),
    ...(streams && { streams }),
  }
}

/** The supervisor's words are no output of a process. */
function streamsOf({ out, err, raw }: Flags): ProcessLog['source'][] | undefined {
  if (out && !err) return ['stdout']
  if (err && !out) return ['stderr']
  return out || raw ? ['stdout', 'stderr'] : undefined
}
