import { describe, expect, it } from 'vitest'
import { type Activity, hasBooted } from '../../../src/model/lifecycle/boot.ts'

const look = (facts: Partial<Activity> = {}): Activity => ({
  at: 100,
  cpu: 0,
  isBusy: false,
  listens: () => false,
  ...facts,
})
const before = look({ at: 0 })

describe('a run', () => {
  it('still boots while it is busy: it runs, waits for its turn, or used most of the time', () => {
    expect(hasBooted(before, look({ isBusy: true }), 300)).toBe(false)
    expect(hasBooted(before, look({ cpu: 60 }), 300)).toBe(false)
  })

  it('has booted when it is idle, but for a little work', () => {
    expect(hasBooted(before, look(), 300)).toBe(true)
    expect(hasBooted(before, look({ cpu: 50 }), 300)).toBe(true)
    const [at, cpu] = [5000, 900]
    expect(hasBooted(look({ at, cpu }), look({ at: at + 100, cpu: cpu + 50 }), 300)).toBe(true)
    expect(hasBooted(look({ at, cpu }), look({ at: at + 100, cpu: cpu + 51 }), 300)).toBe(false)
  })

  it('has booted when it listens, however busy', () => {
    expect(hasBooted(before, look({ isBusy: true, cpu: 100, listens: () => true }), 300)).toBe(true)
  })

  it('has booted when it has worked for so long that it does nothing else', () => {
    const busy = (cpu: number) => look({ isBusy: true, cpu })
    expect(hasBooted(busy(900), busy(999), 300)).toBe(false)
    expect(hasBooted(busy(900), busy(1000), 300)).toBe(true)
    expect(hasBooted(busy(900), busy(1000), 3000)).toBe(false)
  })
})
