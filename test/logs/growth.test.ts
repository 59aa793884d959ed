import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Beat } from '../../src/logs/beat.ts'
import { Budget } from '../../src/logs/budget.ts'
import { GrowthWatch, type Shared } from '../../src/logs/growth.ts'
import type { WatchFile } from '../../src/logs/watch-file.ts'

interface Fixture {
  paths?: string[]
  unwatchable?: Set<string>
  shared?: Shared
  patience?: number
  time?: { now: number }
}

/** Watches that can be fired by hand, and a clock that goes with the fake timers. */
function fixture({ paths = ['out', 'err'], unwatchable, shared, patience, time = { now: 0 } }: Fixture = {}) {
  const open = new Map<string, { event: () => void; lost: () => void }>()
  const looks: number[] = []
  const looked: string[] = []
  const grown = new Set<string>()
  const watchFile: WatchFile = (path, on) => {
    if (unwatchable?.has(path)) return undefined
    open.set(path, on)
    return () => open.delete(path)
  }
  const look = (paths: readonly string[]) => {
    looks.push(time.now)
    looked.push(paths.join(' '))
    return paths.filter((path) => grown.delete(path)).length > 0
  }
  const growth = new GrowthWatch(paths, look, {
    now: () => time.now,
    watchFile,
    ...(shared && { shared }),
    ...(patience && { patience }),
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
  return { growth, open, looks, looked, pass, write }
}

const sharing = (rate: number, burst: number, time = { now: 0 }): Shared => ({
  times: new Budget(rate, burst),
  order: new Budget(300, 300),
  beat: new Beat(false, () => time.now),
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('Budget', () => {
  it('gives a burst, then its rate, and no more after a long rest', () => {
    const budget = new Budget(100, 3)
    const taken = (now: number, tries: number) =>
      Array.from({ length: tries }, () => budget.take(now)).filter(Boolean).length
    expect(taken(0, 9)).toBe(3)
    expect(taken(10, 9)).toBe(1)
    expect(taken(15, 9)).toBe(0)
    expect(taken(60_000, 9)).toBe(3)
  })

  it('survives a clock that goes back', () => {
    const budget = new Budget(100, 1)
    expect(budget.take(5000)).toBe(true)
    expect(budget.take(1000)).toBe(false)
    expect(budget.take(1010)).toBe(true)
  })

  it('can be told to leave less, and says whether it is spent', () => {
    const budget = new Budget(100, 10)
    budget.take(-1000)
    budget.limit(0, 2)
    expect([budget.take(0), budget.take(0), budget.take(0)]).toEqual([true, true, false])
    expect(budget.isSpent(0)).toBe(true)
    expect(budget.isSpent(10)).toBe(false)
    expect(budget.take(10)).toBe(true)
  })

  it('can owe, though no more than a burst', () => {
    const budget = new Budget(100, 2)
    for (let i = 0; i < 9; i++) budget.charge(0)
    expect(budget.isSpent(29)).toBe(true)
    expect(budget.isSpent(31)).toBe(false)
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

describe('Beat', () => {
  it('calls all that wait together, once, and rests when none does', () => {
    const { now, pass } = clock()
    const beat = new Beat(false, now)
    const called: string[] = []
    const again = () => {
      called.push('again')
      if (called.length < 3) beat.wait(again)
    }
    const given = () => called.push('given up')
    beat.wait(again)
    beat.wait(again)
    beat.wait(() => called.push('once'))
    beat.wait(given)
    beat.cancel(given)
    pass(49)
    expect(called).toEqual([])
    pass(1)
    expect(called).toEqual(['again', 'once'])
    pass(50)
    expect(called).toEqual(['again', 'once', 'again'])
    expect(vi.getTimerCount()).toBe(0)
    beat.wait(given)
    beat.cancel(given)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('calls those who wait long and as long together, and others meanwhile as soon as ever', () => {
    const { now, pass } = clock()
    const beat = new Beat(false, now)
    const called: string[] = []
    const wait = (name: string, ms: number) => {
      const again = () => {
        called.push(`${name} ${now()}`)
        beat.wait(again, ms)
      }
      beat.wait(again, ms)
    }
    wait('a', 200)
    pass(130)
    wait('b', 200)
    pass(500)
    expect(called).toEqual(['a 200', 'b 330', 'a 330', 'b 530', 'a 530'])
    const soon = () => called.push(`soon ${now()}`)
    beat.wait(soon, 200)
    beat.wait(soon)
    beat.wait(soon, 100)
    pass(50)
    expect(called.slice(5)).toEqual(['b 680', 'a 680', 'soon 680'])
  })

  it('goes on when someone fails', () => {
    const { now, pass } = clock()
    const beat = new Beat(false, now)
    let calls = 0
    beat.wait(() => {
      throw new Error('of one')
    })
    expect(() => pass(50)).toThrow('of one')
    beat.wait(() => calls++)
    pass(50)
    expect(calls).toBe(1)
  })

  it('slows down for so many that a thousand of them cost what twenty-five do', () => {
    const callsPerSecond = (count: number) => {
      const { now, pass } = clock()
      const beat = new Beat(false, now)
      let calls = 0
      for (let i = 0; i < count; i++) {
        const again = () => {
          calls += 1
          beat.wait(again)
        }
        beat.wait(again)
      }
      pass(10_000)
      return calls / 10
    }
    expect(callsPerSecond(25)).toBe(500)
    expect(callsPerSecond(50)).toBe(500)
    expect(callsPerSecond(1000)).toBe(500)
  })
})

describe('GrowthWatch', () => {
  it('looks less often at the one file that stays hot, and at all as soon as another is written', () => {
    const { looks, looked, pass, write, growth } = fixture({ patience: 200 })
    const flood = (ms: number, paths = ['out']) => {
      for (let i = 0; i < ms; i++) {
        for (let n = 0; n < 20; n++) for (const path of paths) write(path)
        pass(1)
      }
    }
    flood(5000)
    const before = looks.length
    flood(2000)
    expect(looks.length - before).toBeLessThanOrEqual(15)
    write('err')
    expect([looks.at(-1), looked.at(-1)]).toEqual([7000, 'out err'])
    flood(1000, ['out', 'err'])
    const both = looks.length
    flood(1000, ['out', 'err'])
    expect(looks.length - both).toBeGreaterThanOrEqual(18)
    growth.close()
  })

  it('gives a file that is quiet its watch back before its pause is over', () => {
    const { pass, write, open, growth } = fixture()
    for (let ms = 0; ms < 4000; ms++) {
      for (let i = 0; i < 20; i++) write()
      pass(1)
    }
    expect([...open.keys()]).toEqual(['err'])
    pass(600)
    expect([...open.keys()]).toEqual(['err', 'out'])
    growth.close()
  })

  it('looks at once while writes are rare, for as long as they are', () => {
    const { looks, pass, write, growth } = fixture()
    for (let i = 0; i < 200; i++) {
      pass(20)
      write(i % 2 ? 'err' : 'out')
    }
    expect(looks).toEqual(Array.from({ length: 200 }, (_, i) => 20 * (i + 1)))
    growth.close()
  })

  it('closes its watches under a flood and looks every 50 ms', () => {
    const { looks, pass, write, open, growth } = fixture()
    let openFor = 0
    for (let ms = 0; ms < 10_000; ms++) {
      for (let i = 0; i < 50; i++) for (const path of ['out', 'err']) write(path)
      if (open.size > 0) openFor += 1
      pass(1)
    }
    expect(openFor).toBeLessThan(20)
    expect(looks.length).toBeLessThan(10 * 20 + 50)
    const gaps = looks.slice(1).map((at, i) => at - (looks[i] as number))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50)
    growth.close()
  })

  it('keeps the watch of a quiet file beside a hot one, and looks at both when it is written', () => {
    const { looks, looked, pass, write, open, growth } = fixture()
    for (let i = 0; i < 20; i++) write('out')
    expect([...open.keys()]).toEqual(['err'])
    pass(50)
    expect([looks.at(-1), looked.at(-1)]).toEqual([50, 'out'])
    pass(20)
    write('err')
    expect([looks.at(-1), looked.at(-1)]).toEqual([70, 'out err'])
    growth.close()
  })

  it('looks again after reopening, and at once when the flood is over', () => {
    const { looks, pass, write, open, growth } = fixture()
    for (let i = 0; i < 20; i++) for (const path of ['out', 'err']) write(path)
    expect(open.size).toBe(0)
    pass(100)
    expect(open.size).toBe(2)
    expect(looks.at(-1)).toBe(100)
    pass(2000)
    write('err')
    expect(looks.at(-1)).toBe(2100)
    growth.close()
  })

  it('waits for a beat when all processes together are too busy', () => {
    const time = { now: 0 }
    const { looks, pass, write, open, growth } = fixture({ shared: sharing(0, 0, time), time })
    write()
    pass(10)
    write()
    expect(looks).toEqual([0])
    expect(open.size).toBe(2)
    pass(50)
    expect(looks).toEqual([0, 60])
    growth.close()
  })

  it('closes a watch that fires again while its look waits, and while there is no look at once for it', () => {
    const time = { now: 0 }
    const { looks, pass, write, open, growth } = fixture({ shared: sharing(1, 1, time), time })
    for (let i = 0; i < 4; i++) write()
    expect([...open.keys()]).toEqual(['err'])
    for (let i = 0; i < 100; i++) {
      pass(40)
      write()
    }
    expect([...open.keys()]).toEqual(['err'])
    expect(looks.slice(0, 4)).toEqual([0, 0, 50, 100])
    pass(600)
    expect(open.size).toBe(2)
    growth.close()
  })

  it('of fifty processes that write thirty times a second wakes for none, and looks at every one five times a second', () => {
    const time = { now: 0 }
    const shared = sharing(100, 300, time)
    const all = Array.from({ length: 50 }, () => fixture({ paths: ['out'], shared, patience: 200, time }))
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
    const before = all.map(({ looks }) => looks.length)
    run(10_000)
    expect(wakes).toBe(0)
    const looks = all.map(({ looks }, i) => looks.length - (before[i] as number))
    expect(Math.min(...looks)).toBeGreaterThanOrEqual(45)
    expect(looks.reduce((sum, count) => sum + count)).toBeLessThan(10 * 300)
    for (const { growth } of all) growth.close()
  })

  it('keeps looking at once at one that alternates its files beside forty that do not', () => {
    const time = { now: 0 }
    const shared = sharing(100, 300, time)
    const alternating = fixture({ shared, time })
    const others = Array.from({ length: 40 }, () => fixture({ paths: ['out'], shared, time }))
    for (let ms = 0; ms < 10_000; ms++) {
      alternating.pass(1)
      for (const { write } of ms % 33 === 0 ? others : []) write()
      if (ms % 20 === 0) alternating.write(ms % 40 === 0 ? 'out' : 'err')
    }
    expect(alternating.looks.length).toBe(500)
    for (const { growth } of [alternating, ...others]) growth.close()
  })

  it('looks at what cannot be watched twice a second, until it can be', () => {
    const unwatchable = new Set(['err'])
    const { looks, pass, open, growth } = fixture({ unwatchable })
    pass(1000)
    expect(looks).toEqual([500, 1000])
    unwatchable.clear()
    pass(5000)
    expect(looks).toEqual([500, 1000, 1500])
    expect([...open.keys()]).toEqual(['out', 'err'])
    growth.close()
  })

  it('does so too when a watch ends by itself', () => {
    const { looks, pass, open, growth } = fixture()
    open.get('out')?.lost()
    pass(600)
    expect(looks).toEqual([500])
    growth.close()
  })

  it('watches the file that the path names by now', () => {
    const { pass, open, growth } = fixture()
    const before = open.get('out')
    growth.rearm()
    pass(50)
    expect(open.get('out')).toBeDefined()
    expect(open.get('out')).not.toBe(before)
    growth.close()
  })

  it('is silent once closed', () => {
    const { looks, pass, open, growth } = fixture({ unwatchable: new Set(['err']) })
    const out = open.get('out')
    for (let i = 0; i < 20; i++) out?.event()
    const before = looks.length
    growth.close()
    out?.event()
    pass(1000)
    expect(looks.length).toBe(before)
    expect(open.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
