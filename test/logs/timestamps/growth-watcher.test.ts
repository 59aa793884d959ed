import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileGrowthWatcher, type Shared } from '../../../src/logs/timestamps/growth-watcher.ts'
import { RateLimiter } from '../../../src/logs/timestamps/rate-limiter.ts'
import { SharedTimer } from '../../../src/logs/timestamps/shared-timer.ts'
import type { WatchFile } from '../../../src/logs/timestamps/watch-file.ts'

interface Fixture {
  paths?: string[]
  unwatchable?: Set<string>
  shared?: Shared
  hotFileInterval?: number
  time?: { now: number }
}

/** Watches that can be fired by hand, and a clock that goes with the fake timers. */
function fixture({ paths = ['out', 'err'], unwatchable, shared, hotFileInterval, time = { now: 0 } }: Fixture = {}) {
  const open = new Map<string, { event: () => void; lost: () => void }>()
  const checks: number[] = []
  const checked: string[] = []
  const grown = new Set<string>()
  const watchFile: WatchFile = (path, on) => {
    if (unwatchable?.has(path)) return undefined
    open.set(path, on)
    return () => open.delete(path)
  }
  const check = (paths: readonly string[]) => {
    checks.push(time.now)
    checked.push(paths.join(' '))
    return paths.filter((path) => grown.delete(path)).length > 0
  }
  const watcher = new FileGrowthWatcher(paths, check, {
    now: () => time.now,
    watchFile,
    ...(shared && { shared }),
    ...(hotFileInterval && { hotFileInterval }),
  })
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      time.now += 1
      vi.advanceTimersByTime(1)
    }
  }
  const write = (path = 'out') => {
    grown.add(path)
    open.get(path)?.event()
  }
  return { watcher, open, checks, checked, pass, write }
}

const sharing = (rate: number, burst: number, time = { now: 0 }): Shared => ({
  times: new RateLimiter(rate, burst),
  order: new RateLimiter(300, 300),
  timer: new SharedTimer(false, () => time.now),
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('RateLimiter', () => {
  it('allows a burst, then its rate, and only a burst after a long pause', () => {
    const limiter = new RateLimiter(100, 3)
    const taken = (now: number, tries: number) =>
      Array.from({ length: tries }, () => limiter.take(now)).filter(Boolean).length
    expect(taken(0, 9)).toBe(3)
    expect(taken(10, 9)).toBe(1)
    expect(taken(15, 9)).toBe(0)
    expect(taken(60_000, 9)).toBe(3)
  })

  it('survives a clock that is set back', () => {
    const limiter = new RateLimiter(100, 1)
    expect(limiter.take(5000)).toBe(true)
    expect(limiter.take(1000)).toBe(false)
    expect(limiter.take(1010)).toBe(true)
  })

  it('can be reduced, and reports whether it is spent', () => {
    const limiter = new RateLimiter(100, 10)
    limiter.take(-1000)
    limiter.limit(0, 2)
    expect([limiter.take(0), limiter.take(0), limiter.take(0)]).toEqual([true, true, false])
    expect(limiter.isSpent(0)).toBe(true)
    expect(limiter.isSpent(10)).toBe(false)
    expect(limiter.take(10)).toBe(true)
  })

  it('can be in debt by at most a burst', () => {
    const limiter = new RateLimiter(100, 2)
    for (let i = 0; i < 9; i++) limiter.charge(0)
    expect(limiter.isSpent(29)).toBe(true)
    expect(limiter.isSpent(31)).toBe(false)
  })
})

/** A clock that goes with the fake timers. */
function clock() {
  let now = 0
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      now += 1
      vi.advanceTimersByTime(1)
    }
  }
  return { now: () => now, pass }
}

describe('SharedTimer', () => {
  it('calls all waiters together, once, and stops without waiters', () => {
    const { now, pass } = clock()
    const timer = new SharedTimer(false, now)
    const called: string[] = []
    const again = () => {
      called.push('again')
      if (called.length < 3) timer.wait(again)
    }
    const given = () => called.push('given up')
    timer.wait(again)
    timer.wait(again)
    timer.wait(() => called.push('once'))
    timer.wait(given)
    timer.cancel(given)
    pass(49)
    expect(called).toEqual([])
    pass(1)
    expect(called).toEqual(['again', 'once'])
    pass(50)
    expect(called).toEqual(['again', 'once', 'again'])
    expect(vi.getTimerCount()).toBe(0)
    timer.wait(given)
    timer.cancel(given)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('calls waiters with equal long intervals together, without delaying others', () => {
    const { now, pass } = clock()
    const timer = new SharedTimer(false, now)
    const called: string[] = []
    const wait = (name: string, ms: number) => {
      const again = () => {
        called.push(`${name} ${now()}`)
        timer.wait(again, ms)
      }
      timer.wait(again, ms)
    }
    wait('a', 200)
    pass(130)
    wait('b', 200)
    pass(500)
    expect(called).toEqual(['a 200', 'b 330', 'a 330', 'b 530', 'a 530'])
    const soon = () => called.push(`soon ${now()}`)
    timer.wait(soon, 200)
    timer.wait(soon)
    timer.wait(soon, 100)
    pass(50)
    expect(called.slice(5)).toEqual(['b 680', 'a 680', 'soon 680'])
  })

  it('continues if a callback throws', () => {
    const { now, pass } = clock()
    const timer = new SharedTimer(false, now)
    let calls = 0
    timer.wait(() => {
      throw new Error('of one')
    })
    expect(() => pass(50)).toThrow('of one')
    timer.wait(() => calls++)
    pass(50)
    expect(calls).toBe(1)
  })

  it('slows down so that a thousand waiters cost as much as twenty-five', () => {
    const callsPerSecond = (count: number) => {
      const { now, pass } = clock()
      const timer = new SharedTimer(false, now)
      let calls = 0
      for (let i = 0; i < count; i++) {
        const again = () => {
          calls += 1
          timer.wait(again)
        }
        timer.wait(again)
      }
      pass(10_000)
      return calls / 10
    }
    expect(callsPerSecond(25)).toBe(500)
    expect(callsPerSecond(50)).toBe(500)
    expect(callsPerSecond(1000)).toBe(500)
  })
})

describe('FileGrowthWatcher', () => {
  it('checks a single hot file less often, and all files as soon as another is written', () => {
    const { checks, checked, pass, write, watcher } = fixture({ hotFileInterval: 200 })
    const flood = (ms: number, paths = ['out']) => {
      for (let i = 0; i < ms; i++) {
        for (let n = 0; n < 20; n++) for (const path of paths) write(path)
        pass(1)
      }
    }
    flood(5000)
    const before = checks.length
    flood(2000)
    expect(checks.length - before).toBeLessThanOrEqual(15)
    write('err')
    expect([checks.at(-1), checked.at(-1)]).toEqual([7000, 'out err'])
    flood(1000, ['out', 'err'])
    const both = checks.length
    flood(1000, ['out', 'err'])
    expect(checks.length - both).toBeGreaterThanOrEqual(18)
    watcher.close()
  })

  it('reopens the watch of a quiet file before its pause is over', () => {
    const { pass, write, open, watcher } = fixture()
    for (let ms = 0; ms < 4000; ms++) {
      for (let i = 0; i < 20; i++) write()
      pass(1)
    }
    expect([...open.keys()]).toEqual(['err'])
    pass(600)
    expect([...open.keys()]).toEqual(['err', 'out'])
    watcher.close()
  })

  it('checks at once while writes are rare', () => {
    const { checks, pass, write, watcher } = fixture()
    for (let i = 0; i < 200; i++) {
      pass(20)
      write(i % 2 ? 'err' : 'out')
    }
    expect(checks).toEqual(Array.from({ length: 200 }, (_, i) => 20 * (i + 1)))
    watcher.close()
  })

  it('closes its watches under a flood and checks every 50 ms', () => {
    const { checks, pass, write, open, watcher } = fixture()
    let openFor = 0
    for (let ms = 0; ms < 10_000; ms++) {
      for (let i = 0; i < 50; i++) for (const path of ['out', 'err']) write(path)
      if (open.size > 0) openFor += 1
      pass(1)
    }
    expect(openFor).toBeLessThan(20)
    expect(checks.length).toBeLessThan(10 * 20 + 50)
    const gaps = checks.slice(1).map((at, i) => at - (checks[i] as number))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50)
    watcher.close()
  })

  it('keeps the watch of a quiet file beside a hot one, and checks both when it is written', () => {
    const { checks, checked, pass, write, open, watcher } = fixture()
    for (let i = 0; i < 20; i++) write('out')
    expect([...open.keys()]).toEqual(['err'])
    pass(50)
    expect([checks.at(-1), checked.at(-1)]).toEqual([50, 'out'])
    pass(20)
    write('err')
    expect([checks.at(-1), checked.at(-1)]).toEqual([70, 'out err'])
    watcher.close()
  })

  it('checks after reopening, and at once when the flood is over', () => {
    const { checks, pass, write, open, watcher } = fixture()
    for (let i = 0; i < 20; i++) for (const path of ['out', 'err']) write(path)
    expect(open.size).toBe(0)
    pass(100)
    expect(open.size).toBe(2)
    expect(checks.at(-1)).toBe(100)
    pass(2000)
    write('err')
    expect(checks.at(-1)).toBe(2100)
    watcher.close()
  })

  it('waits for a tick if all processes together are too busy', () => {
    const time = { now: 0 }
    const { checks, pass, write, open, watcher } = fixture({ shared: sharing(0, 0, time), time })
    write()
    pass(10)
    write()
    expect(checks).toEqual([0])
    expect(open.size).toBe(2)
    pass(50)
    expect(checks).toEqual([0, 60])
    watcher.close()
  })

  it('closes a watch that fires again while its check is deferred, and while no immediate check is allowed', () => {
    const time = { now: 0 }
    const { checks, pass, write, open, watcher } = fixture({ shared: sharing(1, 1, time), time })
    for (let i = 0; i < 4; i++) write()
    expect([...open.keys()]).toEqual(['err'])
    for (let i = 0; i < 100; i++) {
      pass(40)
      write()
    }
    expect([...open.keys()]).toEqual(['err'])
    expect(checks.slice(0, 4)).toEqual([0, 0, 50, 100])
    pass(600)
    expect(open.size).toBe(2)
    watcher.close()
  })

  it('does not wake for fifty processes that write thirty times a second, and checks each five times a second', () => {
    const time = { now: 0 }
    const shared = sharing(100, 300, time)
    const all = Array.from({ length: 50 }, () => fixture({ paths: ['out'], shared, hotFileInterval: 200, time }))
    const [first] = all
    let wakes = 0
    const run = (ms: number) => {
      for (const end = time.now + ms; time.now < end; first?.pass(1)) {
        for (const [i, { open, write }] of all.entries()) {
          if ((time.now + i) % 33 !== 0) continue
          wakes += open.size
          write()
        }
      }
    }
    run(5000)
    wakes = 0
    const before = all.map(({ checks }) => checks.length)
    run(10_000)
    expect(wakes).toBe(0)
    const checks = all.map(({ checks }, i) => checks.length - (before[i] as number))
    expect(Math.min(...checks)).toBeGreaterThanOrEqual(45)
    expect(checks.reduce((sum, count) => sum + count)).toBeLessThan(10 * 300)
    for (const { watcher } of all) watcher.close()
  })

  it('keeps checking a process that alternates its files at once, beside forty that do not', () => {
    const time = { now: 0 }
    const shared = sharing(100, 300, time)
    const alternating = fixture({ shared, time })
    const others = Array.from({ length: 40 }, () => fixture({ paths: ['out'], shared, time }))
    for (let ms = 0; ms < 10_000; ms++) {
      alternating.pass(1)
      for (const { write } of ms % 33 === 0 ? others : []) write()
      if (ms % 20 === 0) alternating.write(ms % 40 === 0 ? 'out' : 'err')
    }
    expect(alternating.checks.length).toBe(500)
    for (const { watcher } of [alternating, ...others]) watcher.close()
  })

  it('checks a file that cannot be watched twice a second, until it can be', () => {
    const unwatchable = new Set(['err'])
    const { checks, pass, open, watcher } = fixture({ unwatchable })
    pass(1000)
    expect(checks).toEqual([500, 1000])
    unwatchable.clear()
    pass(5000)
    expect(checks).toEqual([500, 1000, 1500])
    expect([...open.keys()]).toEqual(['out', 'err'])
    watcher.close()
  })

  it('does the same after a watch ended by itself', () => {
    const { checks, pass, open, watcher } = fixture()
    open.get('out')?.lost()
    pass(600)
    expect(checks).toEqual([500])
    watcher.close()
  })

  it('watches the file that the path names now', () => {
    const { pass, open, watcher } = fixture()
    const before = open.get('out')
    watcher.rearm()
    pass(50)
    expect(open.get('out')).toBeDefined()
    expect(open.get('out')).not.toBe(before)
    watcher.close()
  })

  it('does nothing after it is closed', () => {
    const { checks, pass, open, watcher } = fixture({ unwatchable: new Set(['err']) })
    const out = open.get('out')
    for (let i = 0; i < 20; i++) out?.event()
    const before = checks.length
    watcher.close()
    out?.event()
    pass(1000)
    expect(checks.length).toBe(before)
    expect(open.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
