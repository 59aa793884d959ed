import { describe, expect, it } from 'vitest'
import { Burst } from '../../../src/monitors/watch/burst.ts'
import { turn, VirtualClock } from '../../helpers/virtual-clock.ts'

const DEBOUNCE = 300

/** A burst in virtual time in which the files of `same` turn out to be unchanged. */
function burstOf({ same = [] as string[], debounce = DEBOUNCE } = {}) {
  const clock = new VirtualClock()
  const settled: { files: string[]; at: number; now: number }[] = []
  const world = { held: false }
  const burst = new Burst({
    clock,
    debounce,
    isHeld: () => world.held,
    isChanged: async (file) => !same.includes(file),
    settled: (files, at) => settled.push({ files, at, now: clock.now() }),
  })
  const pass = async (ms: number, step = ms) => {
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step)
      await turn()
    }
  }
  return { clock, settled, world, burst, pass }
}

describe('Burst', () => {
  it('is settled once, when nothing more has come for a while', async () => {
    const { clock, burst, settled, pass } = burstOf()
    const begun = clock.now()
    for (let i = 0; i < 5000; i++) {
      burst.touch(`f${i}`)
      await pass(1)
    }
    expect(settled).toEqual([])
    await pass(DEBOUNCE)
    expect(settled).toHaveLength(1)
    expect(settled[0]).toMatchObject({ at: begun })
    expect(settled[0]?.files).toHaveLength(5000)
    await pass(10_000)
    expect(settled).toHaveLength(1)
  })

  it('names a file once, and only those that changed', async () => {
    const { burst, settled, pass } = burstOf({ same: ['touched', 'also'] })
    for (const file of ['touched', 'a', 'a', 'b', 'also']) burst.touch(file)
    await pass(DEBOUNCE)
    expect(settled.map(({ files }) => files)).toEqual([['a', 'b']])
  })

  it('is nothing if nothing changed', async () => {
    const { burst, settled, pass } = burstOf({ same: ['a'] })
    burst.touch('a')
    await pass(10_000)
    expect(settled).toEqual([])
  })

  it('waits while it is held, and for the quiet time after that', async () => {
    const { burst, settled, world, pass } = burstOf()
    world.held = true
    burst.touch('a')
    await pass(20_000, 100)
    expect(settled).toEqual([])
    world.held = false
    await pass(2 * DEBOUNCE, 100)
    expect(settled.map(({ files }) => files)).toEqual([['a']])
  })

  it('takes what comes while files are compared into the same report', async () => {
    const { burst, settled, clock, pass } = burstOf()
    burst.touch('a')
    clock.advance(DEBOUNCE)
    burst.touch('b')
    await turn()
    expect(settled).toEqual([])
    await pass(DEBOUNCE)
    expect(settled.map(({ files }) => files)).toEqual([['a', 'b']])
  })

  it('does not wait for ever: not for a lock that was left over', async () => {
    const { burst, settled, world, pass } = burstOf()
    world.held = true
    burst.touch('a')
    await pass(61_000, 100)
    expect(settled).toHaveLength(1)
  })

  it('nor for a file that is written without end', async () => {
    const { burst, settled, pass } = burstOf()
    for (let passed = 0; passed < 130_000; passed += 100) {
      burst.touch('database')
      await pass(100)
    }
    expect(settled).toHaveLength(2)
  })

  it('waits until every change of the same moment must have been noticed', async () => {
    const { burst, settled, pass } = burstOf()
    burst.touch('looked-at', 1000)
    await pass(600)
    // One that the system reports at once does not cut that short.
    burst.touch('reported')
    await pass(350)
    expect(settled).toEqual([])
    burst.touch('looked-at-too', 1000)
    await pass(999)
    expect(settled).toEqual([])
    await pass(1)
    expect(settled.map(({ files }) => files)).toEqual([['looked-at', 'reported', 'looked-at-too']])
    burst.touch('a')
    await pass(DEBOUNCE)
    expect(settled).toHaveLength(2)
  })

  it('tells separate bursts apart', async () => {
    const { burst, settled, pass } = burstOf({ debounce: 0 })
    for (const file of ['a', 'b', 'a']) {
      burst.touch(file)
      await pass(1)
    }
    expect(settled.map(({ files }) => files)).toEqual([['a'], ['b'], ['a']])
  })

  it('tells nothing after its end, not even what it was just comparing', async () => {
    const { burst, settled, clock, pass } = burstOf()
    burst.touch('a')
    clock.advance(DEBOUNCE)
    burst.end()
    burst.touch('b')
    await pass(10_000)
    expect(settled).toEqual([])
    expect(clock.pending()).toEqual([])
  })
})
