import { Cron } from 'croner'

/** What a schedule has to be, for messages. */
export const SCHEDULE = 'a cron expression of five or six fields such as "*/5 * * * *", or a nickname such as "@hourly"'

const NICKNAMES = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i

/**
 * The first time after `now` (epoch ms) that a cron expression names, in local time; `null`: there is none any more, which
 * `scheduleProblem` refuses beforehand. Six fields begin with seconds.
 */
export function nextRun(expression: string, now: number): number | null {
  return parse(expression).nextRun(new Date(now))?.getTime() ?? null
}

/** What is wrong with a cron expression, in a few words; undefined: nothing. `now` in epoch ms. */
export function scheduleProblem(expression: string, now: number): string | undefined {
  // The parser would also take a date, which is no schedule: it comes once.
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

/** Without a function it is a calculator: it starts no timer. */
function parse(expression: string): Cron {
  return new Cron(expression.trim(), { mode: '5-or-6-parts' })
}
