import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/system/clock.ts'

const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis
const realNow = Date.now
const DAY = 86_400_000

/** Of the timer that was set last. */
let asked: number
let fire: () => void
let cleared: boolean
let now: number

beforeEach(() => {
  now = 1000
  cleared = false
  Date.now = () => now
  globalThis.setTimeout = ((action: () => void, ms: number) => {
    asked = ms
    fire = action
    return {}
  }) as unknown as typeof setTimeout
  globalThis.clearTimeout = () => {
    cleared = true
  }
})
afterEach(() => {
  Date.now = realNow
  globalThis.setTimeout = realTimeout
  globalThis.clearTimeout = realClear
})

/** How often what was to be done was done. */
function planned(ms: number): { times: number; cancel: () => void } {
  const done = { times: 0, cancel: () => {} }
  done.cancel = systemClock.after(ms, () => done.times++)
  return done
}

/** The timer fires when the clock says so. */
function fireAt(time: number): void {
  now = time
  fire()
}

describe('what is to happen after some time', () => {
  it('does not happen before, though a timer is a little early', () => {
    const done = planned(300)
    expect(asked).toBe(300)
    fireAt(1299)
    expect([done.times, asked]).toEqual([0, 1])
    fireAt(1300)
    expect(done.times).toBe(1)
  })

  it('may be more than a month away', () => {
    const done = planned(60 * DAY)
    while (done.times === 0) {
      expect(asked).toBeLessThan(2 ** 31)
      fireAt(now + asked)
    }
    expect(now).toBe(1000 + 60 * DAY)
  })

  it('happens at once where that time is over', () => {
    const done = planned(-5)
    expect(asked).toBe(0)
    fireAt(1000)
    expect(done.times).toBe(1)
  })

  it('does not wait for a clock that was set back', () => {
    const done = planned(300)
    fireAt(1000 - DAY)
    expect(done.times).toBe(1)
  })

  it('does not happen once it was cancelled, also while it waits on', () => {
    const done = planned(300)
    fireAt(1200)
    done.cancel()
    expect([done.times, cleared]).toEqual([0, true])
  })
})
