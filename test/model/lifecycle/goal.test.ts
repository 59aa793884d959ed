import { describe, expect, it } from 'vitest'
import * as words from '../../../src/model/lifecycle/describe.ts'
import { evaluate, type Goal, goalOfStart, goalOfStop } from '../../../src/model/lifecycle/goal.ts'
import { type Health, newHealth } from '../../../src/model/lifecycle/health.ts'
import type { Input } from '../../../src/model/lifecycle/inputs.ts'
import type { Phase } from '../../../src/model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../../src/model/lifecycle/process.ts'
import { transition } from '../../../src/model/lifecycle/transition.ts'
import { EVERY_PHASE, exited as ended, identity, live, managedProcess, runExit, running } from '../processes.ts'

const start: Input = { type: 'start', owner: null }
const restart: Input = { type: 'restart', owner: null }
const stop: Input = { type: 'stop' }
const up = running()
const blocked = managedProcess({
  run: 1,
  phase: { type: 'failed', cause: { type: 'survivors', members: [{ pid: 9, name: 'sh' }] } },
  survivors: [identity(9)],
})
const spawned = (run: number): Input => ({
  type: 'spawned',
  run,
  logStart: { stdout: 0, stderr: 0 },
  port: null,
  leader: identity(30 + run),
  at: 2000,
})
const ready = (run: number): Input => ({ type: 'ready', run, cause: { type: 'uptime' } })
const exited = (run: number, code: number | null = 1): Input => ({ type: 'exited', run, code, signal: null })
const killed = (run: number): Input => ({ type: 'killed', run, survivors: [] })
const stuck = (run: number): Input => ({ type: 'killed', run, survivors: [{ identity: identity(9), name: 'sh' }] })
const STUCK = 'still alive after SIGKILL: pid 9 (sh)'

/** Gives an order and then lets things happen; what the one who gave it has heard after each. */
function hears(
  process: ManagedProcess,
  order: Input & { type: 'start' | 'restart' | 'stop' },
  ...then: Input[]
): string[] {
  let current = transition(process, order, 1000).process
  const goal = order.type === 'stop' ? goalOfStop(process) : goalOfStart(order.type, process, current)
  const said = () => {
    const result = evaluate(current, goal)
    if (result === 'pending') return 'pending'
    return `${result.result === 'failed' ? result.code : 'ok'}: ${words.outcome(result, current)}`
  }
  const heard = [said()]
  for (const input of then) {
    current = transition(current, input, 2000).process
    heard.push(said())
  }
  return heard
}

describe('a start hears', () => {
  it('started once the process is ready', () => {
    expect(hears(managedProcess(), start, spawned(1), ready(1))).toEqual(['pending', 'pending', 'ok: started'])
  })

  it('already running at once', () => {
    expect(hears(up, start)).toEqual(['ok: already running'])
  })

  it('that what is paused runs already', () => {
    const paused = running({ phase: { type: 'paused', live: live(), rebuilt: false } })
    expect(hears(paused, start)).toEqual(['ok: already running (paused); resume it'])
    expect(hears(paused, restart, killed(1), spawned(2), ready(2)).at(-1)).toBe('ok: restarted')
    expect(hears(paused, stop, killed(1))).toEqual(['pending', 'ok: stopped'])
  })

  it('already running, once it does, of a run that had begun before: it has not the config of this start', () => {
    const begun = transition(managedProcess(), start, 1000).process
    expect(hears(begun, start, spawned(1), ready(1))).toEqual(['pending', 'pending', 'ok: already running'])
  })

  it('of a death before it was ready, though another try follows', () => {
    const heard = hears(managedProcess(), start, spawned(1), exited(1, 7), killed(1))
    expect(heard.at(-2)).toBe('pending')
    expect(heard.at(-1)).toBe('start-failed: exited with 7 after 0 ms, before it was ready')
    const atOnce = managedProcess({}, { restartDelay: 0 })
    expect(hears(atOnce, start, spawned(1), exited(1, 7), killed(1)).at(-1)).toMatch(/^start-failed: exited with 7/)
  })

  it('completed when a one-off ends well before it counts as up', () => {
    const once = managedProcess({}, { autorestart: false })
    expect(hears(once, start, spawned(1), exited(1, 0), killed(1)).at(-1)).toBe('ok: completed')
  })

  it('why nothing could be spawned', () => {
    const problem = { type: 'not-executable', program: 'x' } as const
    const failed: Input = { type: 'spawn-failed', run: 1, problem, transient: false }
    expect(hears(managedProcess(), start, failed).at(-1)).toBe(
      'start-failed: could not be started: `x` may not be executed',
    )
  })

  it('that somebody stopped it, or that it had ended before', () => {
    const ended = hears(managedProcess(), start, spawned(1), exited(1, 7), stop, killed(1))
    expect(ended.at(-1)).toBe('start-failed: exited with 7 after 0 ms, before it was ready')
    expect(hears(managedProcess(), start, spawned(1), stop, killed(1)).at(-1)).toBe(
      'start-failed: stopped before it was ready',
    )
  })

  it('waits through the stop that is under way', () => {
    const stopping = transition(up, stop, 500).process
    expect(hears(stopping, start, killed(1), spawned(2), ready(2))).toEqual([
      'pending',
      'pending',
      'pending',
      'ok: started',
    ])
  })

  it('waits until what is left of the run that died is gone, not for that run', () => {
    const phase: Phase = { type: 'cleanup', end: ended(), live: live(), startAt: null }
    const dead = running({ phase, lastExit: runExit({ early: true }) })
    const heard = ['pending', 'pending', 'pending', 'ok: started']
    expect(hears(dead, start, killed(1), spawned(2), ready(2))).toEqual(heard)
  })

  it('who survived, when an earlier run cannot be ended', () => {
    expect(hears(blocked, start, stuck(2)).at(-1)).toBe(`start-failed: ${STUCK}`)
  })
})

it.each(['running', 'paused', 'crashed', 'backoff'] as const)(
  'a start waits for its run, not for one before: %s',
  (type) => {
    const before = running({ phase: EVERY_PHASE[type], lastExit: runExit({ run: 1 }) })
    expect(evaluate(before, { type: 'up', run: 2, result: 'started' })).toBe('pending')
  },
)

describe('a stop hears', () => {
  it('stopped when everything is gone', () => {
    expect(hears(up, stop, exited(1), killed(1))).toEqual(['pending', 'pending', 'ok: stopped'])
  })

  it.each([
    { type: 'stopped', why: null },
    { type: 'completed', code: 0 },
    { type: 'crashed', end: ended() },
    { type: 'failed', cause: { type: 'gave-up', restarts: 3 } },
  ] satisfies Phase[])('already stopped where it is at rest: %j', (phase) => {
    expect(hears(managedProcess({ phase, run: 1 }), stop)).toEqual(['ok: already stopped'])
  })

  it('stopped while it waited for its next try', () => {
    const phase: Phase = { type: 'backoff', at: 1, end: ended() }
    expect(hears(managedProcess({ phase, wanted: 'up', run: 1 }), stop)).toEqual(['ok: stopped'])
  })

  it('who survived', () => {
    expect(hears(up, stop, stuck(1)).at(-1)).toBe(`stop-failed: ${STUCK}`)
  })

  it('stopped, though somebody wants it up again', () => {
    expect(hears(up, stop, start, killed(1)).at(-1)).toBe('ok: stopped')
  })

  it('tries again on what survived before', () => {
    expect(hears(blocked, stop, killed(1))).toEqual(['pending', 'ok: stopped'])
  })
})

describe('a restart hears', () => {
  it('restarted when the next run is ready, whatever the old one does', () => {
    expect(hears(up, restart, exited(1, 0), killed(1), spawned(2), ready(2))).toEqual([
      'pending',
      'pending',
      'pending',
      'pending',
      'ok: restarted',
    ])
  })

  it('started where nothing ran', () => {
    expect(hears(managedProcess(), restart, spawned(1), ready(1)).at(-1)).toBe('ok: started')
    const crashed = managedProcess({ run: 1, phase: EVERY_PHASE.backoff })
    expect(hears(crashed, restart, spawned(2), ready(2)).at(-1)).toBe('ok: started')
  })

  it('restarted where a run was ending', () => {
    const ending = running({ phase: EVERY_PHASE.cleanup })
    expect(hears(ending, restart, killed(1), spawned(2), ready(2)).at(-1)).toBe('ok: restarted')
  })
})

describe('twenty restarts at once', () => {
  it('all hear of the same next run', () => {
    let current = up
    const goals = Array.from({ length: 20 }, () => {
      const before = current
      current = transition(before, restart, 1000).process
      return goalOfStart('restart', before, current)
    })
    for (const input of [exited(1), killed(1), spawned(2), ready(2)]) current = transition(current, input, 1000).process
    expect(current).toMatchObject({ phase: { type: 'running' }, run: 2 })
    for (const goal of goals) expect(evaluate(current, goal)).toEqual({ result: 'restarted' })
  })

  it('all hear of the run after the next, when half of them come while the first is starting', () => {
    let current = up
    const goals: Goal[] = []
    const order = () => {
      const before = current
      current = transition(before, restart, 1000).process
      goals.push(goalOfStart('restart', before, current))
    }
    for (let i = 0; i < 10; i++) order()
    for (const input of [killed(1), spawned(2)]) current = transition(current, input, 1000).process
    for (let i = 0; i < 10; i++) order()
    for (const goal of goals) expect(evaluate(current, goal)).toBe('pending')
    for (const input of [exited(2), killed(2), spawned(3), ready(3)]) {
      current = transition(current, input, 1000).process
    }
    expect(current.run).toBe(3)
    for (const goal of goals) expect(evaluate(current, goal)).toEqual({ result: 'restarted' })
  })
})

describe('a command that gives up waiting', () => {
  const gaveUp = (order: 'start' | 'stop', process: ManagedProcess) =>
    words.outcome({ result: 'failed', code: 'timeout', cause: { type: 'overdue', order } }, process)

  it('tells what a start is at', () => {
    const starting = (health: Health | null = null) => running({ phase: { type: 'starting', live: live({ health }) } })
    expect(gaveUp('start', starting())).toBe('not up in time: starting; the start goes on')
    expect(gaveUp('start', running({ phase: { type: 'waiting', for: 'db' } }))).toBe(
      'not up in time: waiting for db; the start goes on',
    )
    const history = [{ at: 1, ok: false, took: 2, detail: 'exited with 1' }]
    expect(gaveUp('start', starting({ ...newHealth(0), history }))).toBe(
      'not up in time: not healthy yet: exited with 1; the start goes on',
    )
  })

  it('tells what a stop is at', () => {
    expect(gaveUp('stop', transition(up, stop, 500).process)).toBe('not stopped in time; it goes on')
    expect(gaveUp('stop', up)).toBe('not stopped in time: the processes that depend on it stop first')
  })
})
