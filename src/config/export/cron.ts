/* Cron expressions as this program reads them, for schedulers that read them in another way. They are valid: the schema has checked them. */

const NICKNAMES: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ')

export interface Field {
  first: number
  last: number
  /** Names of its values, from the first. */
  names?: string[]
}

export const FIELDS = {
  second: { first: 0, last: 59 },
  minute: { first: 0, last: 59 },
  hour: { first: 0, last: 23 },
  day: { first: 1, last: 31 },
  month: { first: 1, last: 12, names: MONTHS },
  weekday: { first: 0, last: 7, names: DAYS },
} satisfies Record<string, Field>

export type CronFields = Record<keyof typeof FIELDS, string>

/** The fields of an expression of five or six fields, or of a nickname. */
export function cronFields(expression: string): CronFields {
  const given = expression.trim()
  const fields = (NICKNAMES[given.toLowerCase()] ?? given).split(/\s+/)
  const [second = '0', minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] =
    fields.length === 6 ? fields : ['0', ...fields]
  return { second, minute, hour, day, month, weekday }
}

/**
 * The first field with more than numbers, names, lists, ranges and steps, such as `5L` or `MON#2`; undefined if there is none.
 * `L` alone, the last day of the month, counts as more unless `lastDay`.
 */
export function specialField(fields: CronFields, { lastDay }: { lastDay: boolean }): string | undefined {
  return Object.entries(fields).find(([name, field]) => {
    const plain = field.replace(/[A-Z]{3}/gi, '0')
    return !/^[\d*?,/-]*$/.test(name === 'day' && lastDay ? plain.replace(/(^|,)L(?=,|$)/gi, '$10') : plain)
  })?.[1]
}

export const isAny = (field: string): boolean => field === '*' || field === '?'

/** All values of a field without special parts, ascending. */
export function valuesOf(field: string, kind: Field): number[] {
  const { first, last, names = [] } = kind
  const numberOf = (text: string): number => {
    const at = names.indexOf(text.toUpperCase())
    return at < 0 ? Number(text) : at + first
  }
  const all = new Set<number>()
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/')
    const [from = '', to] = isAny(range) ? [String(first), String(last)] : range.split('-')
    const end = numberOf(to ?? from)
    for (let value = numberOf(from); value <= end; value += Number(step)) all.add(value)
  }
  return [...all].sort((a, b) => a - b)
}
