import { describe, expect, it } from 'vitest'
import type { RunExit } from '../../../src/model/lifecycle/process.ts'
import { backoff, verdict } from '../../../src/model/lifecycle/restart-policy.ts'
import { managedProcess, runExit } from '../processes.ts'

const LONGEST = 30_000

describe('backoff', () => {
  it('doubles from the first delay up to the longest', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoff(1000, LONGEST, failures, 'seed'))
    expect(delays[0]).toBe(1000)
    for (const [i, full] of [1000, 2000, 4000, 8000, 16_000, LONGEST, LONGEST, LONGEST].entries()) {
      expect(delays[i]).toBeLessThanOrEqual(full)
      expect(delays[i]).toBeGreaterThanOrEqual(full * 0.9)
    }
  })

  it('never shortens a first delay that is longer than the longest', () => {
    expect(backoff(120_000, LONGEST, 1, 'seed')).toBe(120_000)
    expect(backoff(120_000, LONGEST, 5, 'seed')).toBeGreaterThanOrEqual(108_000)
  })

  it('spreads processes that fell together, and says the same for the same run', () => {
    const delays = Array.from({ length: 50 }, (_, i) => backoff(1000, LONGEST, 4, `id-${i}/1`))
    expect(new Set(delays).size).toBeGreaterThan(40)
    expect(backoff(1000, LONGEST, 4, 'id-7/1')).toBe(delays[7])
  })

  it('stays at once where no delay is wanted', () => {
    expect([1, 2, 9].map((failures) => backoff(0, LONGEST, failures, 'seed'))).toEqual([0, 0, 0])
  })
})

describe('verdict', () => {
  it.each([
    [true, 0, null, 'retry'],
    [true, 1, null, 'retry'],
    [true, null, 'SIGKILL', 'retry'],
    ['on-failure', 0, null, 'complete'],
    ['on-failure', 1, null, 'retry'],
    ['on-failure', null, 'SIGTERM', 'retry'],
    ['on-failure', null, null, 'retry'],
    [false, 0, null, 'complete'],
    [false, 1, null, 'rest'],
    [false, null, null, 'rest'],
  ] as const)('autorestart %j, code %j, signal %j: %s', (autorestart, code, signal, expected) => {
    expect(verdict(managedProcess({}, { autorestart }), runExit({ code, signal })).type).toBe(expected)
  })

  it('is about ends of its own: what was ended as being of no use is tried again, what could not be spawned is not', () => {
    const once = managedProcess({}, { autorestart: false })
    const ended = (end: RunExit['ended']) => verdict(once, runExit({ code: null, ended: end })).type
    expect(ended({ type: 'unhealthy', detail: 'HTTP 503' })).toBe('retry')
    expect(ended({ type: 'spawn-failed', problem: { type: 'process-limit' } })).toBe('rest')
  })

  it('rests with a code that means done, whatever else is said', () => {
    const process = managedProcess({}, { autorestart: true, stopExitCodes: [42] })
    expect(verdict(process, runExit({ code: 42 }))).toEqual({ type: 'complete', code: 42 })
  })

  it('allows exactly maxRestarts tries in a row', () => {
    const tries = [0, 1, 2, 3].map((failures) => verdict(managedProcess({ failures }), runExit()).type)
    expect(tries).toEqual(['retry', 'retry', 'retry', 'give-up'])
    expect(verdict(managedProcess({}, { maxRestarts: 0 }), runExit())).toEqual({
      type: 'give-up',
      failures: 1,
      restarts: 0,
    })
    expect(verdict(managedProcess({ failures: 1 }, { maxRestarts: 1 }), runExit())).toEqual({
      type: 'give-up',
      failures: 2,
      restarts: 1,
    })
  })

  it('starts counting anew after a run that was stable', () => {
    const tired = managedProcess({ failures: 3 })
    expect(verdict(tired, runExit({ lasted: 30_000 }))).toEqual({ type: 'retry', failures: 1, delay: 1000 })
    expect(verdict(tired, runExit({ lasted: 30_000 - 1 })).type).toBe('give-up')
  })

  it('counts anew after the time that the config calls stable', () => {
    const tired = managedProcess({ failures: 3 }, { stableAfter: 1000 })
    expect(verdict(tired, runExit({ lasted: 1000 }))).toEqual({ type: 'retry', failures: 1, delay: 1000 })
    expect(verdict(tired, runExit({ lasted: 999 })).type).toBe('give-up')
  })

  it('never gives up where restarts are unlimited, with delays up to the longest of the config', () => {
    const endless = managedProcess({ failures: 999 }, { maxRestarts: 'unlimited', maxRestartDelay: 4000 })
    const result = verdict(endless, runExit({ lasted: 0 }))
    expect(result).toMatchObject({ type: 'retry', failures: 1000 })
    expect(result.type === 'retry' && result.delay).toBeGreaterThanOrEqual(3600)
    expect(result.type === 'retry' && result.delay).toBeLessThanOrEqual(4000)
  })

  it('takes ten minutes of crashes at once through every backoff in virtual time', () => {
    let process = managedProcess({ run: 1 }, { maxRestarts: 8 })
    let now = 0
    const begun: number[] = []
    for (;;) {
      begun.push(now)
      const result = verdict(process, runExit({ lasted: 0 }))
      if (result.type !== 'retry') break
      now += result.delay
      process = { ...process, run: process.run + 1, failures: result.failures }
    }
    expect(begun).toHaveLength(9)
    expect(now).toBeGreaterThan(0.9 * (1 + 2 + 4 + 8 + 16 + 3 * 30) * 1000)
    expect(now).toBeLessThanOrEqual((1 + 2 + 4 + 8 + 16 + 3 * 30) * 1000)
  })
})
