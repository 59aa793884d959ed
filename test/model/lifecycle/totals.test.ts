import { describe, expect, it } from 'vitest'
import type { Input } from '../../../src/model/lifecycle/inputs.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { transition } from '../../../src/model/lifecycle/transition.ts'
import { running } from '../processes.ts'

const apply = (process: ManagedProcess, ...inputs: Input[]) =>
  inputs.reduce((before, input) => transition(before, input, 1000).process, process)

const ends = (run: number, code: number | null = 1): Input[] => [
  { type: 'exited', run, code, signal: null },
  { type: 'killed', run, survivors: [] },
]
const retry = (run: number): Input => ({ type: 'retry', run })
const spawnFails = (run: number): Input => {
  return { type: 'spawn-failed', run, problem: { type: 'process-limit' }, transient: true }
}

describe('what a process counts', () => {
  it('is nothing before its first failure, nor for a stop or a restart by hand', () => {
    expect(running().totals).toBeUndefined()
    expect(apply(running(), { type: 'stop' }, ...ends(1)).totals).toBeUndefined()
    expect(apply(running(), { type: 'restart', owner: null }, ...ends(1)).totals).toBeUndefined()
  })

  it('is every crash by its reason, and every automatic restart, also when a start by hand has begun to count anew', () => {
    const crashed = apply(running(), ...ends(1))
    expect(crashed.totals).toEqual({ restarts: 0, crashes: { exited: 1 } })
    const again = apply(crashed, retry(1), spawnFails(2))
    expect(again).toMatchObject({ restarts: 1, totals: { restarts: 1, crashes: { exited: 1, 'spawn-failed': 1 } } })
    const byHand = apply(again, { type: 'start', owner: null }, spawnFails(3), retry(3))
    expect(byHand).toMatchObject({ restarts: 1, totals: { restarts: 2, crashes: { exited: 1, 'spawn-failed': 2 } } })
  })

  it('has the last crash of a process that is given up or not restarted', () => {
    expect(apply(running({}, { maxRestarts: 0 }), ...ends(1)).totals).toEqual({ restarts: 0, crashes: { exited: 1 } })
    expect(apply(running({}, { autorestart: false }), ...ends(1)).totals?.crashes).toEqual({ exited: 1 })
    expect(apply(running({}, { autorestart: 'on-failure' }), ...ends(1, 0)).totals).toBeUndefined()
  })

  it('counts a run that a file ended as a restart, and an unhealthy one as a crash of that reason', () => {
    const watch = { paths: ['**/*'], ignore: [], debounce: 300, cwd: '/srv' }
    const changed: Input = { type: 'file-changed', run: 1, files: ['a.ts'], at: 1000 }
    expect(apply(running({}, { watch }), changed, ...ends(1)).totals).toEqual({ restarts: 1, crashes: {} })
    const over: Input = {
      type: 'over-limit',
      run: 1,
      cause: { type: 'over-limit', of: 'memory', used: 9, limit: 5, snapshot: null },
    }
    expect(apply(running(), over, ...ends(1)).totals?.crashes).toEqual({ 'over-limit': 1 })
  })
})
