import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../src/model/process.ts'
import { LimitMonitor, SAMPLE_EVERY } from '../../src/monitors/limits.ts'
import { systemClock } from '../../src/system/clock.ts'
import { identify } from '../../src/system/identity.ts'
import type { TreeUsage } from '../../src/system/usage.ts'
import { endSpawned, spawnProgram } from '../helpers/spawned.ts'
import { until } from '../helpers/until.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

const identity = (pid: number): Identity => ({ pid, startTime: pid, bootId: 'boot' })
const limits = { maxMemory: 100, maxCpu: null }

/** A monitor in virtual time whose processes use what `memory` says, in MB by pid. */
function monitorOf(memory: Map<number, number>) {
  const clock = new VirtualClock()
  const samples: { at: number; pids: number[] }[] = []
  const sample = (leaders: Identity[], now: number) => {
    samples.push({ at: now, pids: leaders.map(({ pid }) => pid) })
    const known = leaders.filter(({ pid }) => memory.has(pid))
    return new Map<number, TreeUsage>(
      known.map(({ pid }) => [pid, { cpu: 0, memory: memory.get(pid) ?? 0, processes: 1 }]),
    )
  }
  return { clock, samples, monitor: new LimitMonitor({ clock, sampler: { sample } }) }
}

afterEach(endSpawned)

describe('LimitMonitor', () => {
  it('reports a leak within two sampling intervals of its going over the limit, once', () => {
    for (const early of [0, 1, SAMPLE_EVERY - 1]) {
      const memory = new Map([[1, 50]])
      const { clock, monitor } = monitorOf(memory)
      const reports: { why: string; at: number }[] = []
      monitor.add('web', identity(1), limits, ({ why }) => reports.push({ why, at: clock.now() }))
      clock.advance(10 * SAMPLE_EVERY + early)
      memory.set(1, 150.5)
      const overSince = clock.now()
      clock.advance(60_000)
      expect(reports.map(({ why }) => why)).toEqual(['memory 151 MB over the limit of 100 MB'])
      expect((reports[0]?.at ?? 0) - overSince).toBeLessThan(2 * SAMPLE_EVERY)
    }
  })

  it('counts what the children of a wrapper use', async () => {
    const leak = 'globalThis.kept = Buffer.alloc(150 * 2 ** 20, 1); setInterval(() => {}, 1000)'
    const { pid } = spawnProgram('/bin/sh', ['-c', `"$0" -e '${leak}'; true`, process.execPath])
    const leader = identify(pid)
    if (!leader) throw new Error('the child has ended')
    const reports: string[] = []
    const end = new LimitMonitor({ clock: systemClock }).add(
      'web',
      leader,
      { maxMemory: 140, maxCpu: null },
      ({ why }) => reports.push(why),
    )
    try {
      await until(() => reports.length > 0, { what: 'the report' })
    } finally {
      end()
    }
    expect(Number(/^memory (\d+) MB over the limit of 140 MB$/.exec(reports[0] ?? '')?.[1])).toBeGreaterThan(149)
  })

  it('takes one sample for all, however many there are', () => {
    const { clock, samples, monitor } = monitorOf(new Map([1, 2, 3].map((pid) => [pid, 1])))
    for (const pid of [1, 2, 3]) monitor.add(`p${pid}`, identity(pid), limits, () => {})
    clock.advance(SAMPLE_EVERY)
    expect(samples.map(({ pids }) => pids)).toEqual([[1, 2, 3]])
  })

  it('samples only while somebody has a limit', () => {
    const { clock, samples, monitor } = monitorOf(new Map([[1, 1]]))
    expect(clock.pending()).toEqual([])
    const end = monitor.add('web', identity(1), limits, () => {})
    clock.advance(3 * SAMPLE_EVERY)
    end()
    end()
    expect(samples).toHaveLength(3)
    expect(clock.pending()).toEqual([])
    monitor.add('web', identity(1), limits, () => {})
    expect(clock.pending()).toEqual([SAMPLE_EVERY])
  })

  it('stops after its last process was reported, and lets whoever is told begin anew', () => {
    const { clock, monitor } = monitorOf(new Map([[1, 500]]))
    let reports = 0
    const begin = () => {
      monitor.add('web', identity(1), limits, () => {
        if (++reports < 3) begin()
      })
    }
    begin()
    clock.advance(60_000)
    expect(reports).toBe(3)
    expect(clock.pending()).toEqual([])
  })

  it('follows the next run of a process; the end of the one before does not end that', () => {
    const { clock, samples, monitor } = monitorOf(new Map([[2, 500]]))
    const reports: string[] = []
    const endFirst = monitor.add('web', identity(1), limits, () => reports.push('first'))
    monitor.add('web', identity(2), limits, () => reports.push('second'))
    endFirst()
    clock.advance(60_000)
    expect(reports).toEqual(['second'])
    expect(samples[0]?.pids).toEqual([2])
  })

  it('does not mind a leader that is gone', () => {
    const { clock, monitor } = monitorOf(new Map())
    let reported = false
    monitor.add('web', identity(1), limits, () => {
      reported = true
    })
    clock.advance(60_000)
    expect(reported).toBe(false)
  })
})
