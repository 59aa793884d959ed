import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Budget } from '../../src/logs/budget.ts'
import { GrowthWatch } from '../../src/logs/growth.ts'
import type { WatchFile } from '../../src/logs/watch-file.ts'

/** Watches that can be fired by hand, and a clock that goes with the fake timers. */
function fixture(options: { unwatchable?: Set<string>; shared?: Budget } = {}) {
  const open = new Map<string, { event: () => void; lost: () => void }>()
  const looks: number[] = []
  const time = { now: 0 }
  const watchFile: WatchFile = (path, on) => {
    if (options.unwatchable?.has(path)) return undefined
    open.set(path, on)
    return () => open.delete(path)
  }
  const { shared } = options
  const growth = new GrowthWatch(['out', 'err'], () => looks.push(time.now), {
    now: () => time.now,
    watchFile,
    ...(shared && { shared }),
  })
  const pass = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      time.now += 1
      vi.advanceTimersByTime(1)
    }
  }
  return { growth, open, looks, pass, write: (path = 'out') => open.get(path)?.event() }
}

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
      for (let i = 0; i < 50; i++) write()
      if (open.size > 0) openFor += 1
      pass(1)
    }
    expect(openFor).toBeLessThan(20)
    expect(looks.length).toBeLessThan(10 * (20 + 15))
    const gaps = looks.slice(1).map((at, i) => at - (looks[i] as number))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50)
    growth.close()
  })

  it('looks again after reopening, and at once when the flood is over', () => {
    const { looks, pass, write, open, growth } = fixture()
    for (let i = 0; i < 20; i++) write()
    expect(open.size).toBe(0)
    pass(100)
    expect(open.size).toBe(2)
    expect(looks.at(-1)).toBe(100)
    pass(2000)
    write('err')
    expect(looks.at(-1)).toBe(2100)
    growth.close()
  })

  it('waits for a tick when all processes together are too busy', () => {
    const { looks, pass, write, open, growth } = fixture({ shared: new Budget(0, 1) })
    write()
    write()
    pass(10)
    write()
    expect(looks).toEqual([0])
    expect(open.size).toBe(2)
    pass(40)
    expect(looks).toEqual([0, 50])
    growth.close()
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
    growth.close()
    out?.event()
    pass(1000)
    expect(looks).toEqual([])
    expect(open.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
