import { describe, expect, it } from 'vitest'
import { nextRun, scheduleProblem } from '../../src/model/schedule.ts'

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
})

describe('scheduleProblem', () => {
  it.each(['*/5 * * * *', '@hourly', '0 0 1 1 *', '* * * * * *'])('finds none in %s', (expression) => {
    expect(scheduleProblem(expression, now)).toBeUndefined()
  })

  it.each([
    ['', 'it is a single word'],
    ['hourly', 'it is a single word'],
    ['@reboot', 'it is a single word'],
    ['2026-12-24T18:00:00', 'it is a single word'],
    ['* * *', 'it has 3 fields'],
    ['61 * * * *', 'Invalid value for minute: 61'],
    ['*/0 * * * *', 'Syntax error, illegal stepping: 0'],
    ['0 0 30 2 *', 'no such time will ever come'],
  ])('says what is wrong with "%s"', (expression, problem) => {
    expect(scheduleProblem(expression, now)).toBe(problem)
  })
})
