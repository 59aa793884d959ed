import { describe, expect, it } from 'vitest'
import type { Phase } from '../../../src/model/lifecycle/phase.ts'
import { aligned, leavesWork, newProcess } from '../../../src/model/lifecycle/process.ts'
import { config, EVERY_PHASE, identity, live, managedProcess, running } from '../processes.ts'

describe('the start of a run', () => {
  /** As of the boot at 100 s, with a leader that began 2 s after it and was recorded to have begun at `startedAt`. */
  const startedAt = (recorded: number, facts: { bootedAt?: number | null; startTime?: number } = {}) => {
    const { bootedAt = 100_000, startTime = 200 } = facts
    const phase: Phase = { type: 'starting', live: live({ leader: identity(33, startTime), startedAt: recorded }) }
    const result = aligned(managedProcess({ phase }), 110_000, bootedAt).phase
    return result.type === 'starting' ? result.live.startedAt : null
  }

  it('is that of its leader after the time of day was set', () => {
    expect(startedAt(90_000)).toBe(102_000)
    expect(startedAt(1_000_000)).toBe(102_000)
  })

  it('stays as it was recorded where it differs by what some systems leave out', () => {
    expect([startedAt(97_000), startedAt(107_000)]).toEqual([97_000, 107_000])
    expect([startedAt(96_999), startedAt(107_001)]).toEqual([102_000, 102_000])
  })

  it('stays as it was recorded where the start of its leader is not known, or cannot be', () => {
    expect(startedAt(90_000, { bootedAt: null })).toBe(90_000)
    expect(startedAt(90_000, { startTime: 0 })).toBe(90_000)
    expect(startedAt(90_000, { startTime: 1501 })).toBe(90_000)
    expect(startedAt(90_000, { startTime: 1500 })).toBe(115_000)
  })

  it('is only that of a run', () => {
    for (const phase of [EVERY_PHASE.stopped, { ...EVERY_PHASE.stopping, live: null }]) {
      const process = managedProcess({ phase })
      expect(aligned(process, 110_000, 100_000)).toBe(process)
    }
  })
})

it('knows nothing of runs before the first', () => {
  expect(newProcess('id', config())).toEqual({
    id: 'id',
    config: config(),
    wanted: 'down',
    owner: null,
    run: 0,
    restarts: 0,
    failures: 0,
    lastExit: null,
    survivors: [],
    adopted: false,
    logStart: { stdout: 0, stderr: 0 },
    port: null,
    rewrites: [],
    phase: { type: 'stopped', why: null },
  })
})

it('leaves work to the next supervisor while it is up or something of it survives', () => {
  expect(leavesWork(managedProcess())).toBe(false)
  expect(leavesWork(managedProcess({ survivors: [identity(9)] }))).toBe(true)
  expect(leavesWork(running())).toBe(true)
})
