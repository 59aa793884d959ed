import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guarded, runAt, systemClock } from '../../src/system/clock.ts'

const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis
const realNow = Date.now
const realMonotonic = process.hrtime
const DAY = 86_400_000

/** Of the timer that was set last. */
let asked: number
let fire: () => void
let cleared: boolean
let now: number
/** Epoch ms when the monotonic clock began. */
let wall: number

beforeEach(() => {
  now = 1000
  cleared = false
  wall = 1_000_000
  Date.now = () => wall + now
  process.hrtime = (() => [Math.floor(now / 1000), (now % 1000) * 1e6]) as unknown as typeof process.hrtime
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
  process.hrtime = realMonotonic
  globalThis.setTimeout = realTimeout
  globalThis.clearTimeout = realClear
})

/** How often what was to be done was done. */
function planned(ms: number): { times: number; cancel: () => void } {
  const done = { times: 0, cancel: () => {} }
  done.cancel = systemClock.after(ms, () => done.times++)
  return done
}

/** The timer fires when the monotonic clock says so. */
function fireAt(time: number): void {
  now = time
  fire()
}

describe('an action after a delay', () => {
  it('never runs early, even if the timer does', () => {
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

  it('runs at once if the delay is over', () => {
    const done = planned(-5)
    expect(asked).toBe(0)
    fireAt(1000)
    expect(done.times).toBe(1)
  })

  it.each([-DAY, DAY])('waits as long when the time of day jumps by %d ms', (jump) => {
    const done = planned(300)
    wall += jump
    fireAt(1200)
    expect([done.times, asked]).toEqual([0, 100])
    fireAt(1300)
    expect(done.times).toBe(1)
  })

  it('does not run after it was cancelled, even while it waits on', () => {
    const done = planned(300)
    fireAt(1200)
    done.cancel()
    expect([done.times, cleared]).toEqual([0, true])
  })
})

describe('an action at a time of day', () => {
  let times: number
  /** Plans it `ms` from now. */
  const plan = (ms: number) => runAt(Date.now() + ms, () => times++, systemClock)
  beforeEach(() => {
    times = 0
  })

  it('runs at that time', () => {
    plan(300)
    expect(asked).toBe(300)
    fireAt(1300)
    expect(times).toBe(1)
  })

  it('runs within a minute after the time of day has jumped past it, as after a suspend', () => {
    plan(90 * 60_000)
    wall += 2 * 60 * 60_000
    expect(asked).toBe(60_000)
    fireAt(now + asked)
    expect(times).toBe(1)
  })

  it('is waited for with a look at the time of day once a minute', () => {
    plan(90_000)
    fireAt(now + asked)
    expect([times, asked]).toEqual([0, 30_000])
    wall -= 10_000
    fireAt(now + asked)
    expect([times, asked]).toEqual([0, 10_000])
    fireAt(now + asked)
    expect(times).toBe(1)
  })

  it('runs within a minute after the clock was set back, since the caller may have to plan again', () => {
    plan(90_000)
    wall -= DAY
    fireAt(now + asked)
    expect(times).toBe(1)
  })

  it('does not run after it was cancelled, also between two looks', () => {
    const cancel = plan(90_000)
    fireAt(now + asked)
    cancel()
    expect([times, cleared]).toEqual([0, true])
  })
})

describe.skipIf(process.platform !== 'linux')('the boot', () => {
  it('moves with the time of day, when that is set', () => {
    Date.now = realNow
    const booted = systemClock.bootedAt() ?? 0
    const hour = 3_600_000
    Date.now = () => realNow() + hour
    expect(Math.abs((systemClock.bootedAt() ?? 0) - booted - hour)).toBeLessThan(1000)
    Date.now = realNow
    expect(Math.abs((systemClock.bootedAt() ?? 0) - booted)).toBeLessThan(1000)
  })
})

describe('a guarded clock', () => {
  it('tells what an action throws, and goes on', () => {
    const failed: unknown[] = []
    const error = new Error('oops')
    guarded(systemClock, (thrown) => failed.push(thrown)).after(10, () => {
      throw error
    })
    fireAt(now + 10)
    expect(failed).toEqual([error])
  })
})
