import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Beat } from '../../src/logs/beat.ts'
import { Budget } from '../../src/logs/budget.ts'
import { GrowthWatch, type Shared } from '../../src/logs/growth.ts'
import type { WatchFile } from '../../src/logs/watch-file.ts'

interface Fixture {
  paths?: string[]
  unwatchable?: Set<string>
  shared?: Shared
  time?: { now: number }
}

/** Watches that can be fired by hand, and a clock that goes with the fake timers. */
function fixture({ paths = ['out', 'err'], unwatchable, shared, time = { now: 0 } }: Fixture = {}) {
  const open = new Map<string, { event: () => void; lost: () => void }>()
  const looks: number[] = []
  const looked: string[] = []
  const watchFile: WatchFile = (path, on) => {
    if (unwatchable?.has(path)) return undefined
    open.set(path, on)
    return () => open.delete(path)
  }
  const look = (paths: Iterable<string>) => {
    looks.push(time.now)
    looked.push([...paths].join(' '))
  }
  const growth = new GrowthWatch(paths, look, { now: () => time.now, watchFile, ...(shared && { shared }) })
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      time.now += 1
      vi.advanceTimersByTime(1)
    }
  }
  return { growth, open, looks, looked, pass, write: (path = 'out') => open.get(path)?.event() }
}

const sharing = (rate: number, burst: number): Shared => ({
  times: new Budget(rate, burst),
  order: new Budget(300, 300),
  beat: new Beat(),
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
})

describe('Beat', () => {
  it('calls all that wait together, once, and rests when none does', () => {
    const beat = new Beat()
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
    vi.advanceTimersByTime(49)
    expect(called).toEqual([])
    vi.advanceTimersByTime(1)
    expect(called).toEqual(['again', 'once'])
    vi.advanceTimersByTime(50)
    expect(called).toEqual(['again', 'once', 'again'])
    expect(vi.getTimerCount()).toBe(0)
    beat.wait(given)
    beat.cancel(given)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('slows down for so many that a thousand of them cost what twenty-five do', () => {
    const callsPerSecond = (count: number) => {
      const beat = new Beat()
      let calls = 0
      for (let i = 0; i < count; i++) {
        const again = () => {
          calls += 1
          beat.wait(again)
        }
        beat.wait(again)
      }
      vi.advanceTimersByTime(10_000)
      return calls / 10
    }
    expect(callsPerSecond(25)).toBe(500)
    expect(callsPerSecond(50)).toBe(500)
    expect(callsPerSecond(1000)).toBe(500)
  })
})

describe('GrowthWatch', () => {
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
    const { looks, pass, write, open, growth } = fixture({ shared: sharing(0, 0) })
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
    const { looks, pass, write, open, growth } = fixture({ shared: sharing(1, 1) })
    for (let i = 0; i < 4; i++) write()
    expect([...open.keys()]).toEqual(['err'])
    pass(900)
    expect([...open.keys()]).toEqual(['err'])
    expect(looks.slice(0, 4)).toEqual([0, 0, 50, 100])
    pass(200)
    expect(open.size).toBe(2)
    growth.close()
  })

  it('of fifty processes that write thirty times a second wakes for few, and looks at every one ten times a second', () => {
    const shared = sharing(100, 300)
    const time = { now: 0 }
    const all = Array.from({ length: 50 }, () => fixture({ paths: ['out'], shared, time }))
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
    expect(wakes).toBeLessThan(10 * 200)
    const looks = all.map(({ looks }, i) => looks.length - (before[i] as number))
    expect(Math.min(...looks)).toBeGreaterThanOrEqual(95)
    expect(looks.reduce((sum, count) => sum + count)).toBeLessThan(10 * 700)
    for (const { growth } of all) growth.close()
  })

  it('keeps looking at once at one that alternates its files beside forty that do not', () => {
    const shared = sharing(100, 300)
    const time = { now: 0 }
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
