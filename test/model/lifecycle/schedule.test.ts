import { describe, expect, it } from 'vitest'
import { isTimezone, nextRun, scheduleProblem } from '../../../src/model/lifecycle/schedule.ts'

// Local time, as schedules are.
const now = new Date(2026, 10, 22, 23, 0, 30).getTime()
const next = (expression: string, from = now) => nextRun(expression, from)

describe('nextRun', () => {
  it.each([
    ['*/5 * * * *', new Date(2026, 10, 22, 23, 5)],
    ['0 4 * * *', new Date(2026, 10, 23, 4)],
    ['0 9 * * MON-FRI', new Date(2026, 10, 23, 9)],
    ['*/10 * * * * *', new Date(2026, 10, 22, 23, 0, 40)],
    [' @daily ', new Date(2026, 10, 23)],
    ['0 0 29 2 *', new Date(2028, 1, 29)],
  ])('of %s', (expression, expected) => {
    expect(next(expression)).toBe(expected.getTime())
  })

  it('is after now, also when now is such a time', () => {
    const first = next('*/5 * * * *') ?? 0
    expect(next('*/5 * * * *', first)).toBe(first + 300_000)
    expect(next('*/5 * * * *', first - 1)).toBe(first)
  })

  it('is in the time zone of the schedule', () => {
    const at = Date.UTC(2026, 6, 1, 12)
    expect(nextRun('0 4 * * *', at, 'UTC')).toBe(Date.UTC(2026, 6, 2, 4))
    expect(nextRun('0 4 * * *', at, 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 2, 2))
    // The clock is set forward by an hour on March 29.
    expect(nextRun('0 4 * * *', Date.UTC(2027, 2, 27, 12), 'Europe/Berlin')).toBe(Date.UTC(2027, 2, 28, 2))
    expect(nextRun('0 4 * * *', Date.UTC(2027, 2, 26, 12), 'Europe/Berlin')).toBe(Date.UTC(2027, 2, 27, 3))
  })

  it('is none of a year', () => {
    expect(() => next('0 0 0 1 1 * 2030')).toThrow()
  })
})

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Europe/Bonn', false],
  ['', false],
])('a time zone: %j %s', (name, isOne) => {
  expect(isTimezone(name)).toBe(isOne)
})

describe('scheduleProblem', () => {
  it.each(['*/5 * * * *', '@hourly', ' @hourly ', ' */5 * * * * ', '0 0 1 1 *', '* * * * * *'])(
    'finds none in %s',
    (expression) => {
      expect(scheduleProblem(expression, now)).toBeUndefined()
    },
  )

  it.each([
    ['', 'it is a single word'],
    ['hourly', 'it is a single word'],
    ['@reboot', 'it is a single word'],
    ['x@daily', 'it is a single word'],
    ['@dailyx', 'it is a single word'],
    ['2026-12-24T18:00:00', 'it is a single word'],
    ['* * *', 'it has 3 fields'],
    ['61 * * * *', 'Invalid value for minute: 61'],
    ['*/0 * * * *', 'Syntax error, illegal stepping: 0'],
    ['0 0 30 2 *', 'no such time will ever come'],
  ])('says what is wrong with "%s"', (expression, problem) => {
    expect(scheduleProblem(expression, now)).toBe(problem)
  })
})
