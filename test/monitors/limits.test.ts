import { afterEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../src/model/lifecycle/identity.ts'
import type { Excess } from '../../src/model/lifecycle/limits.ts'
import { LimitMonitor, SAMPLE_EVERY } from '../../src/monitors/limits.ts'
import { systemClock } from '../../src/system/clock.ts'
import { identify } from '../../src/system/process/identity.ts'
import type { TreeUsage } from '../../src/system/process/usage.ts'
import { endSpawned, spawnProgram } from '../helpers/spawned.ts'
import { until } from '../helpers/until.ts'
import { turn, VirtualClock } from '../helpers/virtual-clock.ts'

const identity = (pid: number): Identity => ({ pid, startTime: pid, bootId: 'boot' })
const limits = { maxMemory: 100, maxCpu: null }

/** A monitor in virtual time whose processes use what `memory` says, in MB by pid. */
function monitorOf(memory: Map<number, number>) {
  const clock = new VirtualClock()
  const samples: { at: number; pids: number[] }[] = []
  const sample = async (leaders: Identity[], now: number) => {
    samples.push({ at: now, pids: leaders.map(({ pid }) => pid) })
    const known = leaders.filter(({ pid }) => memory.has(pid))
    return new Map<number, TreeUsage>(
      known.map(({ pid }) => [pid, { cpu: 0, memory: memory.get(pid) ?? 0, processes: 1 }]),
    )
  }
  /** Lets time pass, and each sample end before the next one begins. */
  const pass = async (ms: number) => {
    const end = clock.now() + ms
    for (let next = clock.pending()[0]; next !== undefined && clock.now() + next <= end; next = clock.pending()[0]) {
      clock.advance(next)
      await turn()
    }
    clock.advance(end - clock.now())
  }
  return { clock, samples, pass, monitor: new LimitMonitor({ clock, sampler: { sample } }) }
}

afterEach(endSpawned)

describe('LimitMonitor', () => {
  it('reports a leak once, within two sampling intervals of exceeding the limit', async () => {
    for (const early of [0, 1, SAMPLE_EVERY - 1]) {
      const memory = new Map([[1, 50]])
      const { clock, monitor, pass } = monitorOf(memory)
      const reports: { excess: Excess; at: number }[] = []
      monitor.add('web', identity(1), limits, (excess) => reports.push({ excess, at: clock.now() }))
      await pass(10 * SAMPLE_EVERY + early)
      memory.set(1, 150.5)
      const overSince = clock.now()
      await pass(60_000)
      expect(reports.map(({ excess }) => excess)).toEqual([{ of: 'memory', used: 150.5, limit: 100 }])
      expect((reports[0]?.at ?? 0) - overSince).toBeLessThan(2 * SAMPLE_EVERY)
    }
  })

  it("counts the usage of a wrapper's children", async () => {
    const leak = 'globalThis.kept = Buffer.alloc(150 * 2 ** 20, 1); setInterval(() => {}, 1000)'
    const { pid } = spawnProgram('/bin/sh', ['-c', `"$0" -e '${leak}'; true`, process.execPath])
    const leader = identify(pid)
    if (!leader) throw new Error('the child has ended')
    const reports: Excess[] = []
    const end = new LimitMonitor({ clock: systemClock }).add(
      'web',
      leader,
      { maxMemory: 140, maxCpu: null },
      (excess) => reports.push(excess),
    )
    try {
      await until(() => reports.length > 0, { what: 'the report' })
    } finally {
      end()
    }
    expect(reports).toMatchObject([{ of: 'memory', limit: 140 }])
    expect(reports[0]?.used).toBeGreaterThan(149)
  })

  it('takes one sample for all processes', async () => {
    const { samples, monitor, pass } = monitorOf(new Map([1, 2, 3].map((pid) => [pid, 1])))
    for (const pid of [1, 2, 3]) monitor.add(`p${pid}`, identity(pid), limits, () => {})
    await pass(SAMPLE_EVERY)
    expect(samples.map(({ pids }) => pids)).toEqual([[1, 2, 3]])
  })

  it('samples only while a process has a limit', async () => {
    const { clock, samples, monitor, pass } = monitorOf(new Map([[1, 1]]))
    expect(clock.pending()).toEqual([])
    const end = monitor.add('web', identity(1), limits, () => {})
    await pass(3 * SAMPLE_EVERY)
    end()
    end()
    expect(samples).toHaveLength(3)
    expect(clock.pending()).toEqual([])
    monitor.add('web', identity(1), limits, () => {})
    expect(clock.pending()).toEqual([SAMPLE_EVERY])
  })

  it('stops after its last process was reported, and can start again from within a report', async () => {
    const { clock, monitor, pass } = monitorOf(new Map([[1, 500]]))
    let reports = 0
    const begin = () => {
      monitor.add('web', identity(1), limits, () => {
        if (++reports < 3) begin()
      })
    }
    begin()
    await pass(60_000)
    expect(reports).toBe(3)
    expect(clock.pending()).toEqual([])
  })

  it('follows the next run of a process, and is not ended by the end of the previous run', async () => {
    const { samples, monitor, pass } = monitorOf(new Map([[2, 500]]))
    const reports: string[] = []
    const endFirst = monitor.add('web', identity(1), limits, () => reports.push('first'))
    monitor.add('web', identity(2), limits, () => reports.push('second'))
    endFirst()
    await pass(60_000)
    expect(reports).toEqual(['second'])
    expect(samples[0]?.pids).toEqual([2])
  })

  it('reports nothing of a process that is taken out during a sample, and takes in another', async () => {
    const clock = new VirtualClock()
    const answers: ((usages: Map<number, TreeUsage>) => void)[] = []
    const sampled: number[][] = []
    const sample = (leaders: Identity[]) => {
      sampled.push(leaders.map(({ pid }) => pid))
      return new Promise<Map<number, TreeUsage>>((resolve) => answers.push(resolve))
    }
    const monitor = new LimitMonitor({ clock, sampler: { sample } })
    const reports: string[] = []
    const limit = { maxMemory: null, maxCpu: 10 }
    const high = new Map([1, 2].map((pid) => [pid, { cpu: 0, memory: 500, processes: 1 }]))
    const end = monitor.add('first', identity(1), limits, () => reports.push('first'))
    clock.advance(SAMPLE_EVERY)
    end()
    monitor.add('second', identity(2), limit, () => reports.push('second'))
    // One sample at a time.
    clock.advance(10 * SAMPLE_EVERY)
    expect(sampled).toEqual([[1]])
    answers[0]?.(high)
    await turn()
    expect(clock.pending()).toEqual([SAMPLE_EVERY])
    clock.advance(SAMPLE_EVERY)
    expect(sampled).toEqual([[1], [2]])
    expect(reports).toEqual([])
  })

  it('ignores a leader that is gone', async () => {
    const { monitor, pass } = monitorOf(new Map())
    let reported = false
    monitor.add('web', identity(1), limits, () => {
      reported = true
    })
    await pass(60_000)
    expect(reported).toBe(false)
  })
})
