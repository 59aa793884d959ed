import { cronFields, FIELDS, type Field, isAny, specialField, valuesOf } from '../cron.ts'

/** A cron expression as `OnCalendar=` values, any of which may match; or the part of it that systemd has nothing for. */
export type Calendar = { values: string[] } | { unsupported: string }

/** In the order of systemd, whose week begins on Monday. */
const WEEK = 'Mon Tue Wed Thu Fri Sat Sun'.split(' ')

/** Converts a valid cron expression. Without a time zone, the local one counts. */
export function calendarOf(expression: string, timezone: string | null): Calendar {
  const fields = cronFields(expression)
  const special = specialField(fields, { lastDay: true })
  if (special !== undefined) return { unsupported: special }
  const { hour, minute, second, day, month, weekday } = fields
  const time = [numbers(hour, FIELDS.hour), numbers(minute, FIELDS.minute), numbers(second, FIELDS.second)].join(':')
  const zone = timezone === null ? '' : ` ${timezone}`
  const at = (weekdays: string, days: string) => `${weekdays}*-${numbers(month, FIELDS.month)}${days} ${time}${zone}`
  if (isAny(day) && isAny(weekday)) return { values: [at('', '-*')] }
  return {
    // Cron runs when either the day or the day of the week matches, while systemd wants both: two values are either.
    values: [
      ...(isAny(weekday) ? [] : [at(`${weekdaysOf(weekday)} `, '-*')]),
      ...(isAny(day) ? [] : daysOf(day).map((days) => at('', days))),
    ],
  }
}

/** Days of the month; the last one is counted from its end. */
function daysOf(field: string): string[] {
  const parts = field.split(',')
  const fixed = parts.filter((part) => part.toUpperCase() !== 'L')
  return [
    ...(fixed.length > 0 ? [`-${numbers(fixed.join(','), FIELDS.day)}`] : []),
    ...(fixed.length < parts.length ? ['~01'] : []),
  ]
}

function weekdaysOf(field: string): string {
  const days = new Set(valuesOf(field, FIELDS.weekday).map((day) => (day + 6) % 7))
  return runsOf([...days].sort((a, b) => a - b))
    .map(([from, to]) => (from === to ? WEEK[from] : `${WEEK[from]}..${WEEK[to]}`))
    .join(',')
}

/** A field as systemd writes it: `*`, a repetition such as `00/5`, or a list. */
function numbers(field: string, kind: Field): string {
  const two = (value: number) => String(value).padStart(2, '0')
  if (isAny(field)) return '*'
  const [, steps] = /^\*\/(\d+)$/.exec(field) ?? []
  if (steps !== undefined) return `${two(kind.first)}/${steps}`
  return runsOf(valuesOf(field, kind))
    .map(([from, to]) => (from === to ? two(from) : `${two(from)}..${two(to)}`))
    .join(',')
}

/** Neighbours in ranges. */
function runsOf(values: number[]): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (const value of values) {
    const run = runs.at(-1)
    if (run && run[1] === value - 1) run[1] = value
    else runs.push([value, value])
  }
  return runs
}
