import { describe, expect, it } from 'vitest'
import { dependencyResult, failureSince } from '../../../src/model/lifecycle/dependency.ts'
import type { UpGoal } from '../../../src/model/lifecycle/goal.ts'
import type { PhaseType } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { EVERY_PHASE, live, managedProcess, runExit, running } from '../processes.ts'

const goal: UpGoal = { type: 'up', run: 1, result: 'started' }

describe('a dependency', () => {
  /** In each phase, after a run that had failed. */
  const results = (condition: 'ready' | 'started' | 'completed') =>
    Object.entries(EVERY_PHASE).map(([type, phase]) => {
      const process = managedProcess({ phase, run: 2, wanted: 'up', lastExit: runExit({ run: 1 }) })
      const result = dependencyResult(process, goal, condition)
      return [type, typeof result === 'object' ? 'failed' : result]
    })

  it('can still come unless it rests', () => {
    const expected: Record<PhaseType, string> = {
      stopped: 'failed',
      completed: 'met',
      crashed: 'failed',
      failed: 'failed',
      waiting: 'pending',
      scheduled: 'met',
      backoff: 'pending',
      spawning: 'pending',
      starting: 'pending',
      running: 'met',
      paused: 'pending',
      stopping: 'pending',
      cleanup: 'pending',
    }
    expect(Object.fromEntries(results('ready'))).toEqual(expected)
  })

  it('only has to be started', () => {
    expect(new Set(results('started').map(([, result]) => result))).toEqual(new Set(['met']))
  })

  it('can still complete unless it rests', () => {
    const atRest = ['stopped', 'completed', 'crashed', 'failed']
    for (const [type = '', result] of results('completed')) {
      expect([type, result]).toEqual([type, atRest.includes(type) ? 'failed' : 'pending'])
    }
  })

  it('is nothing before it has begun, and failed if it could not', () => {
    expect(dependencyResult(running(), null, 'ready')).toBe('pending')
    const cause = { type: 'refused', detail: 'no such program' } as const
    expect(dependencyResult(running(), { result: 'failed', code: 'config', cause }, 'started')).toEqual({
      type: 'dependency',
      name: 'web',
      what: 'failed',
      detail: 'no such program',
    })
  })

  it('says why it failed', () => {
    const detailOf = (facts: Partial<ManagedProcess>) => {
      const result = dependencyResult(managedProcess({ run: 1, ...facts }), goal, 'ready')
      return typeof result === 'object' ? result.detail : result
    }
    const { crashed, completed } = EVERY_PHASE
    expect(detailOf({ phase: crashed, lastExit: runExit() })).toBe('exited with 1 after 500 ms')
    const early = runExit({ early: true })
    expect(detailOf({ phase: crashed, lastExit: early })).toBe('exited with 1 after 500 ms, before it was ready')
    expect(detailOf({ phase: completed, run: 0 })).toBe('stopped before it was ready')
  })

  it('is not met by a run of before', () => {
    expect(dependencyResult(running({ run: 1 }), { ...goal, run: 2 }, 'ready')).toBe('pending')
  })
})

describe('a job', () => {
  const completion = (exit: Parameters<typeof runExit>[0], facts: Partial<ManagedProcess> = {}, settings = {}) => {
    const process = managedProcess({ run: 1, phase: EVERY_PHASE.backoff, lastExit: runExit(exit), ...facts }, settings)
    return dependencyResult(process, goal, 'completed')
  }

  it('has completed with the first 0, whatever follows it', () => {
    expect(completion({ code: 0 })).toBe('met')
    expect(completion({ code: 0 }, { run: 2, phase: EVERY_PHASE.running })).toBe('met')
  })

  it('has not completed while something that it started is still alive', () => {
    expect(completion({ code: 0 }, { phase: EVERY_PHASE.cleanup })).toBe('pending')
  })

  it('completes with one of its stopExitCodes', () => {
    expect(completion({ code: 3 })).toBe('pending')
    expect(completion({ code: 3 }, {}, { stopExitCodes: [3] })).toBe('met')
  })

  it('does not complete by a stop, by a kill, or by a run of before', () => {
    expect(completion({ code: 0, asked: true })).toBe('pending')
    expect(completion({ code: 0, ended: { type: 'unhealthy', detail: '' } })).toBe('pending')
    expect(completion({ code: 0, run: 0 })).toBe('pending')
  })
})

describe('a start that had succeeded', () => {
  const since = (facts: Partial<ManagedProcess>, now = 1000) => failureSince(running(facts), goal, now)

  it('has failed if the run has failed since', () => {
    const exit = runExit({ run: 1, lasted: 400 })
    const failure = { result: 'failed', code: 'start-failed', cause: { type: 'early-exit', exit } }
    expect(since({ phase: EVERY_PHASE.backoff, lastExit: exit })).toEqual(failure)
    expect(since({ phase: EVERY_PHASE.starting, lastExit: exit, run: 2 })).toEqual(failure)
  })

  it('has not if it lives, did its work, was stopped, or has recovered', () => {
    expect(since({})).toBe(null)
    expect(since({ phase: EVERY_PHASE.completed, lastExit: runExit({ code: 0 }) })).toBe(null)
    expect(since({ phase: EVERY_PHASE.stopped, lastExit: runExit({ asked: true }) })).toBe(null)
    expect(since({ phase: EVERY_PHASE.backoff, lastExit: runExit({ run: 0 }) })).toBe(null)
    const again = { type: 'running', live: live({ startedAt: 1000 }), rebuilt: false } as const
    const lastExit = runExit({ lasted: 400 })
    expect(since({ run: 2, phase: again, lastExit }, 1401)).toBe(null)
    expect(since({ run: 2, phase: again, lastExit }, 1400)).not.toBe(null)
  })
})
