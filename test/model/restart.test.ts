import { describe, expect, it } from 'vitest'
import { backoff, describeExit, LONGEST_DELAY, STABLE_AFTER, seconds, verdict } from '../../src/model/restart.ts'
import { managedProcess, runExit } from './processes.ts'

describe('backoff', () => {
  it('doubles from the first delay up to the longest', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoff(1000, failures, 'seed'))
    expect(delays[0]).toBe(1000)
    for (const [i, full] of [1000, 2000, 4000, 8000, 16_000, LONGEST_DELAY, LONGEST_DELAY, LONGEST_DELAY].entries()) {
      expect(delays[i]).toBeLessThanOrEqual(full)
      expect(delays[i]).toBeGreaterThanOrEqual(full * 0.9)
    }
  })

  it('never shortens a first delay that is longer than the longest', () => {
    expect(backoff(120_000, 1, 'seed')).toBe(120_000)
    expect(backoff(120_000, 5, 'seed')).toBeGreaterThanOrEqual(108_000)
  })

  it('spreads processes that fell together, and says the same for the same run', () => {
    const delays = Array.from({ length: 50 }, (_, i) => backoff(1000, 4, `id-${i}/1`))
    expect(new Set(delays).size).toBeGreaterThan(40)
    expect(backoff(1000, 4, 'id-7/1')).toBe(delays[7])
  })

  it('stays at once where no delay is wanted', () => {
    expect([1, 2, 9].map((failures) => backoff(0, failures, 'seed'))).toEqual([0, 0, 0])
  })
})

describe('verdict', () => {
  it.each([
    [true, 0, null, 'retry'],
    [true, 1, null, 'retry'],
    [true, null, 'SIGKILL', 'retry'],
    ['on-failure', 0, null, 'rest stopped'],
    ['on-failure', 1, null, 'retry'],
    ['on-failure', null, 'SIGTERM', 'retry'],
    ['on-failure', null, null, 'retry'],
    [false, 0, null, 'rest stopped'],
    [false, 1, null, 'rest crashed'],
    [false, null, null, 'rest crashed'],
  ] as const)('autorestart %j, code %j, signal %j: %s', (autorestart, code, signal, expected) => {
    const result = verdict(managedProcess({}, { autorestart }), runExit({ code, signal }))
    expect(result.type === 'rest' ? `rest ${result.status}` : result.type).toBe(expected)
  })

  it('allows exactly maxRestarts tries in a row', () => {
    const tries = [0, 1, 2, 3].map((failures) => verdict(managedProcess({ failures }), runExit()).type)
    expect(tries).toEqual(['retry', 'retry', 'retry', 'give-up'])
    expect(verdict(managedProcess({}, { maxRestarts: 0 }), runExit())).toMatchObject({
      type: 'give-up',
      reason: 'gave up after 0 restarts: exited with 1 after 500 ms',
    })
    expect(verdict(managedProcess({ failures: 1 }, { maxRestarts: 1 }), runExit())).toMatchObject({
      reason: 'gave up after 1 restart: exited with 1 after 500 ms',
    })
  })

  it('starts counting anew after a run that was stable', () => {
    const tired = managedProcess({ failures: 3 })
    expect(verdict(tired, runExit({ lasted: STABLE_AFTER }))).toEqual({ type: 'retry', failures: 1, delay: 1000 })
    expect(verdict(tired, runExit({ lasted: STABLE_AFTER - 1 })).type).toBe('give-up')
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

describe('words', () => {
  it.each([
    [runExit({ code: 3, lasted: 3200 }), 'exited with 3 after 3.2 s'],
    [runExit({ code: null, signal: 'SIGKILL', lasted: 12 }), 'killed by SIGKILL after 12 ms'],
    [runExit({ code: null }), 'ended, exit code unknown'],
    [runExit({ code: 0, lasted: 240_000 }), 'exited with 0 after 4 min'],
  ])('%j is said as %j', (exit, words) => {
    expect(describeExit(exit)).toBe(words)
  })

  it('never says a time below nothing', () => {
    expect(seconds(-5)).toBe('0 ms')
  })
})
