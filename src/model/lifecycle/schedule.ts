import { Cron } from 'croner'

/** What a schedule must be, for error messages. */
export const SCHEDULE = 'a cron expression of five or six fields such as "*/5 * * * *", or a nickname such as "@hourly"'

const NICKNAMES = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i

/** What a time zone must be, for error messages. */
export const TIMEZONE = 'the name of a time zone such as "Europe/Berlin" or "UTC"'

/**
 * The first time after `now` (epoch ms) that matches a cron expression, in a time zone, or in local time without one. `null`
 * if there is none, which `scheduleProblem` refuses before. With six fields the first is seconds.
 */
export function nextRun(expression: string, now: number, timezone: string | null = null): number | null {
  return parse(expression, timezone).nextRun(new Date(now))?.getTime() ?? null
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** What is wrong with a cron expression, in a few words; undefined if it is valid. `now` in epoch ms. */
export function scheduleProblem(expression: string, now: number): string | undefined {
  // The parser would also take a date, which matches only once.
  const fields = expression.trim().split(/\s+/)
  if (fields.length !== 5 && fields.length !== 6 && !NICKNAMES.test(expression.trim())) {
    return fields.length === 1 ? 'it is a single word' : `it has ${fields.length} fields`
  }
  try {
    return nextRun(expression, now) === null ? 'no such time will ever come' : undefined
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '')
  }
}

/** Without a function the parser only calculates, and starts no timer. */
function parse(expression: string, timezone: string | null): Cron {
  return new Cron(expression, { mode: '5-or-6-parts', ...(timezone !== null && { timezone }) })
}
