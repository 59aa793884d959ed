import { spawnSync } from 'node:child_process'
import { Cron } from 'croner'
import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../../src/config/export/systemd/calendar.ts'

const ANALYZE = spawnSync('systemd-analyze', ['--version']).status === 0

const EXPRESSIONS = [
  '* * * * *',
  '*/5 * * * *',
  '0 3 * * *',
  '30 */2 * * *',
  '0 9-17 * * MON-FRI',
  '15,45 8,20 * * *',
  '0 0 1 * *',
  '0 0 L * *',
  '0 0 1,15,L * *',
  '0 0 13 * 5',
  '0 12 * JAN,JUL *',
  '0 12 1-10/3 */2 *',
  '0 6 * * 0',
  '0 6 * * 7',
  '0 6 * * 5-7',
  '0 6 * * SAT,SUN',
  '*/20 * * * * *',
  '5 0 0 * * *',
  '0 0 ? * MON',
  '@hourly',
  '@weekly',
  '@yearly',
]

/** The next times, in epoch s, at which systemd would start something. */
function elapses(values: string[], after: string, count: number): number[] {
  const words = ['calendar', `--iterations=${count}`, `--base-time=${after}`, ...values]
  const { stdout, status, stderr } = spawnSync('systemd-analyze', words, {
    encoding: 'utf8',
    env: { TZ: 'UTC', PATH: process.env.PATH },
  })
  if (status !== 0) throw new Error(stderr)
  const times = [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ ([\d-]+ [\d:]+) UTC/g)]
  return [...new Set(times.map(([, time = '']) => Date.parse(`${time.replace(' ', 'T')}Z`)))]
    .sort((a, b) => a - b)
    .slice(0, count)
}

describe.skipIf(!ANALYZE)(`the calendar of systemd${ANALYZE ? '' : ' (skipped: no systemd-analyze)'}`, () => {
  it.each(EXPRESSIONS)('means the same times as %s', (expression) => {
    const calendar = calendarOf(expression, null)
    if (!('values' in calendar)) throw new Error(`refused ${calendar.unsupported}`)
    const start = new Date('2026-03-10T10:02:03Z')
    const expected = new Cron(expression, { timezone: 'UTC', mode: '5-or-6-parts' })
      .nextRuns(8, start)
      .map((time) => time.getTime())
    expect(elapses(calendar.values, '2026-03-10 10:02:03 UTC', 8)).toEqual(expected)
  })
})

describe('what systemd has nothing for', () => {
  it.each([
    ['0 0 * * 5L', '5L'],
    ['0 0 * * MON#2', 'MON#2'],
    ['0 0 15W * *', '15W'],
    ['0 0 * * L', 'L'],
  ])('in %s is named', (expression, part) => {
    expect(calendarOf(expression, null)).toEqual({ unsupported: part })
  })
})

describe('a time zone', () => {
  it('stands at the end', () => {
    expect(calendarOf('0 3 * * *', 'Europe/Berlin')).toEqual({ values: ['*-*-* 03:00:00 Europe/Berlin'] })
  })
})
