import { describe, expect, it } from 'vitest'
import { expandInstances } from '../../../src/model/config/instances.ts'
import type { Phase } from '../../../src/model/lifecycle/phase.ts'
import { type ManagedProcess, newProcess } from '../../../src/model/lifecycle/process.ts'
import { backendsOf, isDrained } from '../../../src/model/views/share.ts'
import { config } from '../processes.ts'

const leader = { pid: 7, startTime: 1, bootId: 'b', pidNamespace: 'p' }
const live = { leader, startedAt: 0, health: null }
const sick = { ...live, health: { status: 'unhealthy', failures: 3, since: 0, history: [] } } as never
const running: Phase = { type: 'running', live, rebuilt: false }
const unhealthy: Phase = { type: 'running', live: sick, rebuilt: false }
const stopping: Phase = { type: 'stopping', why: { type: 'stop' }, live, automatic: false }

/** Instances in these phases, with ports from 1 on, and their forwarder. */
function instances(...phases: Phase[]): ManagedProcess[] {
  const configs = expandInstances(
    config({ name: 'web', instances: phases.length, port: 3000, share: { port: 3000, part: 'instance' } }),
  )
  return configs.map((each, i) => ({
    ...newProcess(`id-${i}`, each),
    port: i + 1,
    phase: phases[i] ?? running,
  }))
}

const open = (...phases: Phase[]) => backendsOf('web', instances(...phases)).map((backend) => backend.open)

describe('the instances behind a forwarder', () => {
  it('are those that live, with their ports, and not the forwarder', () => {
    const processes = instances(running, { type: 'stopped', why: null }, stopping)
    expect(backendsOf('web', processes)).toEqual([
      { name: 'web-1', port: 1, open: true },
      { name: 'web-3', port: 3, open: false },
    ])
    expect(backendsOf('other', processes)).toEqual([])
    expect(
      backendsOf(
        'web',
        processes.map((each) => ({ ...each, port: null })),
      ),
    ).toEqual([])
  })

  it('get new connections when they are ready, and as long as they are neither paused nor stopped', () => {
    const starting: Phase = { type: 'starting', live }
    expect(open(running, starting, { type: 'paused', live, rebuilt: false }, stopping)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('get none while they are unhealthy, unless all are', () => {
    expect(open(running, unhealthy)).toEqual([true, false])
    expect(open(unhealthy, unhealthy)).toEqual([true, true])
  })
})

describe('what is under way at an instance', () => {
  const drained = (phase: Phase, index = 0) => {
    const process = instances(running)[index] as ManagedProcess
    return isDrained({ ...process, phase })
  }

  it('is waited for before a stop, and where it uses too much', () => {
    expect(drained(stopping)).toBe(true)
    const end = { type: 'over-limit', of: 'memory', used: 2, limit: 1, snapshot: null } as const
    expect(drained({ type: 'cleanup', end, live, startAt: null })).toBe(true)
  })

  it('is not waited for where it is dead, unhealthy, or no instance', () => {
    expect(drained({ ...stopping, live: null })).toBe(false)
    expect(drained({ type: 'cleanup', end: { type: 'unhealthy', detail: '' }, live, startAt: null })).toBe(false)
    expect(drained(stopping, 1)).toBe(false)
  })
})
