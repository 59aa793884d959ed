import type { LogQuery } from '../../src/index.ts'
import { nearest, timeOf } from '../../src/internal.ts'
import { usageError } from './usage.ts'

/* Parsers for the values of flags. Each throws a usage error that shows a correct value. */

export function wholeNumber(flag: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw usageError(`${flag} must be a whole number, not ${value}`)
  return Number(value)
}

/** A duration in ms: `30s`, `1h30m`, `500ms`, or a plain number of ms. */
export function timeSpan(flag: string, value: string): number {
  const span = /^\d{1,12}$/.test(value) ? Number(value) : timeOf(value)
  if (span === undefined) throw usageError(`${flag} must be a time such as 30s, 5m, 1h30m or 5000 (ms), not ${value}`)
  return span
}

/** A duration in ms. Unlike `timeSpan`, a unit is required. */
export function spanWithUnit(flag: string, value: string): number {
  const span = timeOf(value)
  if (span === undefined) throw usageError(`${flag} must be a time such as 5s or 500ms, not ${value}`)
  return span
}

/** A point in time in epoch ms: a duration before `now` (`10m`), a local time today (`14:05`), or an ISO date, local unless it has a zone. */
export function moment(flag: string, value: string, now: number): number {
  const span = timeOf(value)
  if (span !== undefined) return now - span
  const time = clockTime(value, now) ?? isoTime(value)
  if (time === undefined) {
    throw usageError(`${flag} must be a time such as 10m (ago), 14:05 or 2031-05-04T09:08, not ${value}`)
  }
  return time
}

export function oneOf<const Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  const meant = nearest(value, choices)
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`
  throw usageError(`${flag} must be one of ${choices.join(', ')}, not ${value}${hint}`)
}

export function pattern(flag: string, value: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(value, ignoreCase ? 'i' : '')
  } catch (error) {
    throw usageError(`${flag} must be a regular expression, not ${value}: ${(error as Error).message}`)
  }
}

/** Fields of JSON lines, each given as `path=value`. Several values of one field are alternatives. */
export function jsonFields(flag: string, given: string[]): NonNullable<LogQuery['fields']> {
  const fields = new Map<string, string[]>()
  for (const each of given) {
    const [, path, value] = /^([^=]+)=(.+)$/.exec(each) ?? []
    if (path === undefined || value === undefined)
      throw usageError(`${flag} must be a field and its value, such as request.method=GET, not ${each}`)
    fields.set(path, [...(fields.get(path) ?? []), value])
  }
  return Object.fromEntries(fields)
}

function clockTime(value: string, now: number): number | undefined {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(value) ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  return new Date(now).setHours(Number(hours), Number(minutes), Number(seconds), 0)
}

function isoTime(value: string): number | undefined {
  const [, date, time = '00:00', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(value) ?? []
  const parsed = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone}`)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** The signals that help and completion name; every other signal works too. */
export const COMMON_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGSTOP', 'SIGCONT', 'SIGKILL']
