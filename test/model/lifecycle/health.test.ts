import { describe, expect, it } from 'vitest'
import type { HealthRules } from '../../../src/model/config/health-check.ts'
import { foldHealth, type Health, newHealth, nextCheckIn } from '../../../src/model/lifecycle/health.ts'

const START = 1_000_000
const rules: HealthRules = { interval: 30_000, timeout: 5000, retries: 3, startPeriod: 0 }

const fold = (health: Health, ok: boolean, after: number, some: Partial<HealthRules> = {}): Health =>
  foldHealth(health, { at: START + after, ok, took: 1, detail: '' }, { ...rules, ...some }, START)

/** Checks that fail, each at its time, until `until` ms after the start or until it is given up. */
function failing(until: number, some: Partial<HealthRules> = {}, health = newHealth(START)): Health & { at: number } {
  let at = 0
  for (;;) {
    const next = at + nextCheckIn(health, { ...rules, ...some })
    if (next > until || health.status === 'unhealthy') return { ...health, at }
    at = next
    health = fold(health, false, at, some)
  }
}

describe('foldHealth', () => {
  it('is not changed by a check that could not be run, which is kept', () => {
    const failed = fold(fold(newHealth(START), true, 0), false, 1)
    const result = { at: START + 2, ok: false, took: 1, detail: '', inconclusive: true } as const
    let health = failed
    for (let i = 0; i < 5; i++) health = foldHealth(health, result, rules, START)
    expect(health).toMatchObject({ status: 'healthy', failures: 1 })
    expect(health.history.at(-1)).toEqual(result)
  })

  it('is healthy after one success, since then', () => {
    const health = fold(fold(newHealth(START), true, 700), true, 30_700)
    expect(health).toMatchObject({ status: 'healthy', failures: 0, since: START + 700 })
    expect(fold(failing(95_000), true, 99_000)).toMatchObject({ status: 'healthy', failures: 0, since: START + 99_000 })
  })

  it('is unhealthy after so many failures in a row', () => {
    let health = fold(newHealth(START), true, 0)
    health = fold(fold(health, false, 1), false, 2)
    expect(health).toMatchObject({ status: 'healthy', failures: 2 })
    health = fold(fold(fold(health, true, 3), false, 4), false, 5)
    expect(health).toMatchObject({ status: 'healthy', failures: 2 })
    health = fold(health, false, 6)
    expect(health).toMatchObject({ status: 'unhealthy', failures: 3, since: START + 6 })
    expect(fold(health, false, 7)).toMatchObject({ status: 'unhealthy', failures: 4, since: START + 6 })
  })

  it('counts a failure once an interval while it starts, however often it looks', () => {
    expect(failing(29_999)).toMatchObject({ status: 'starting', failures: 0 })
    expect(failing(59_000)).toMatchObject({ status: 'starting', failures: 1 })
    expect(failing(89_000)).toMatchObject({ status: 'starting', failures: 2 })
    expect(failing(95_000)).toMatchObject({ status: 'unhealthy', failures: 3 })
    expect(failing(95_000).at - 90_000).toBeLessThanOrEqual(500)
  })

  it('counts one failure at most for one check, however long it took', () => {
    const fast = { interval: 1000 }
    expect(fold(newHealth(START), false, 10_000, fast)).toMatchObject({ status: 'starting', failures: 1 })
    expect(fold(fold(newHealth(START), false, 10_000, fast), false, 10_100, fast).failures).toBe(2)
  })

  it('does not count within the grace period', () => {
    const patient = { interval: 1000, startPeriod: 20_000 }
    expect(failing(20_999, patient)).toMatchObject({ status: 'starting', failures: 0 })
    expect(failing(25_000, patient)).toMatchObject({ status: 'unhealthy', failures: 3 })
    const once = fold(newHealth(START), true, 100, patient)
    expect(failing(10_000, patient, once).status).toBe('unhealthy')
  })

  it.each([0, 1])('gives up at the first failure that counts with %d retries', (retries) => {
    expect(fold(newHealth(START), false, 30_000, { retries }).status).toBe('unhealthy')
    expect(fold(newHealth(START), false, 29_000, { retries }).status).toBe('starting')
  })

  it('keeps the last ten results', () => {
    let health = newHealth(START)
    for (let i = 0; i < 25; i++) health = fold(health, i % 2 === 0, i)
    expect(health.history.map(({ at }) => at - START)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24])
  })

  it('changes nothing of what it was given', () => {
    const before = Object.freeze({ ...newHealth(START), history: Object.freeze([]) as unknown as [] })
    expect(fold(before, false, 5).history).toHaveLength(1)
    expect(before.history).toHaveLength(0)
  })
})

describe('nextCheckIn', () => {
  it('looks soon and often while it starts', () => {
    const gaps: number[] = []
    let health = newHealth(START)
    for (let i = 0; i < 6; i++) {
      gaps.push(nextCheckIn(health, rules))
      health = fold(health, false, i)
    }
    expect(gaps).toEqual([100, 200, 400, 500, 500, 500])
  })

  it('never looks more often than it was told to', () => {
    expect(nextCheckIn(newHealth(START), { ...rules, interval: 50 })).toBe(50)
    expect(nextCheckIn(fold(newHealth(START), false, 1), { ...rules, interval: 150 })).toBe(150)
  })

  it('keeps to the interval once it was healthy, and when it is no more', () => {
    const health = fold(newHealth(START), true, 1)
    expect(nextCheckIn(health, rules)).toBe(30_000)
    expect(nextCheckIn(fold(health, false, 2), rules)).toBe(30_000)
    expect(nextCheckIn(fold(health, false, 2, { retries: 1 }), rules)).toBe(30_000)
  })
})
