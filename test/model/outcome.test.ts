import { describe, expect, it } from 'vitest'
import { newHealth } from '../../src/model/health.ts'
import { type Goal, goalOf, judge, overdue } from '../../src/model/outcome.ts'
import type { ManagedProcess } from '../../src/model/process.ts'
import type { Input } from '../../src/model/step.ts'
import { transition } from '../../src/model/transition.ts'
import { config, identity, managedProcess, runExit } from './processes.ts'

const start: Input = { type: 'start', owner: null }
const restart: Input = { type: 'restart', owner: null }
const stop: Input = { type: 'stop' }
const up = {
  status: 'running',
  wanted: 'up',
  run: 1,
  logStart: { stdout: 0, stderr: 0 },
  port: null,
  identity: identity(33),
  startedAt: 0,
} as const
const spawned = (run: number): Input => ({
  type: 'spawned',
  run,
  logStart: { stdout: 0, stderr: 0 },
  port: null,
  identity: identity(30 + run),
  at: 2000,
})
const ready = (run: number): Input => ({ type: 'ready', run, message: 'up' })
const exited = (run: number, code: number | null = 1): Input => ({ type: 'exited', run, code, signal: null })
const cleared = (run: number): Input => ({ type: 'cleared', run, survivors: [], message: '' })
const stuck = (run: number): Input => ({ type: 'cleared', run, survivors: [identity(9)], message: 'pid 9 still alive' })

/** Gives an order and then lets things happen; what the one who gave it has heard after each. */
function hears(process: ManagedProcess, order: Input & { type: Goal['action'] }, ...then: Input[]): string[] {
  let current = transition(process, order, 1000).process
  const goal = goalOf(order.type, process, current)
  const said = () => {
    const judgement = judge(current, goal)
    return judgement === 'pending' ? 'pending' : `${judgement.ok ? 'ok' : judgement.code}: ${judgement.message}`
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
    expect(hears(managedProcess(up), start)).toEqual(['ok: already running'])
  })

  it('already running, once it does, of a run that had begun before: it has not the config of this start', () => {
    const begun = transition(managedProcess(), start, 1000).process
    expect(hears(begun, start, spawned(1), ready(1))).toEqual(['pending', 'pending', 'ok: already running'])
  })

  it('of a death before it was ready, though another try follows', () => {
    const heard = hears(managedProcess(), start, spawned(1), exited(1, 7), cleared(1))
    expect(heard.at(-2)).toBe('pending')
    expect(heard.at(-1)).toBe('start-failed: exited with 7 after 0 ms, before it was ready')
    const atOnce = managedProcess({}, { restartDelay: 0 })
    expect(hears(atOnce, start, spawned(1), exited(1, 7), cleared(1)).at(-1)).toMatch(/^start-failed: exited with 7/)
  })

  it('completed when a one-off ends well before it counts as up', () => {
    const once = managedProcess({}, { autorestart: false })
    expect(hears(once, start, spawned(1), exited(1, 0), cleared(1)).at(-1)).toBe('ok: completed')
  })

  it('why nothing could be spawned', () => {
    const failed: Input = { type: 'spawn-failed', run: 1, message: 'no such program', transient: false }
    expect(hears(managedProcess(), start, failed).at(-1)).toBe('start-failed: no such program')
  })

  it('that somebody stopped it', () => {
    expect(hears(managedProcess(), start, spawned(1), stop, cleared(1)).at(-1)).toBe(
      'start-failed: stopped before it was ready',
    )
  })

  it('waits through the stop that is under way', () => {
    const stopping = managedProcess({ ...up, status: 'stopping', wanted: 'down' })
    expect(hears(stopping, start, cleared(1), spawned(2), ready(2))).toEqual([
      'pending',
      'pending',
      'pending',
      'ok: started',
    ])
  })

  it('waits for the clearing of the run that died, not for that run', () => {
    const dead = managedProcess({ ...up, status: 'crashed', lastExit: runExit({ early: true }) })
    expect(hears(dead, start, cleared(1), spawned(2), ready(2)).at(-1)).toBe('ok: started')
  })

  it('who survived, when an earlier run cannot be ended', () => {
    const blocked = managedProcess({ status: 'error', run: 1, survivors: [identity(9)] })
    expect(hears(blocked, start, stuck(2)).at(-1)).toBe('start-failed: pid 9 still alive')
  })
})

describe('a stop hears', () => {
  it('stopped when everything is gone', () => {
    expect(hears(managedProcess(up), stop, exited(1), cleared(1))).toEqual(['pending', 'pending', 'ok: stopped'])
  })

  it.each(['stopped', 'crashed', 'error'] as const)('already stopped where it is %s', (status) => {
    expect(hears(managedProcess({ status, run: 1 }), stop)).toEqual(['ok: already stopped'])
  })

  it('stopped while it waited for its next try', () => {
    expect(hears(managedProcess({ status: 'restarting', wanted: 'up', run: 1, retryAt: 1 }), stop)).toEqual([
      'ok: stopped',
    ])
  })

  it('who survived', () => {
    expect(hears(managedProcess(up), stop, stuck(1)).at(-1)).toBe('stop-failed: pid 9 still alive')
  })

  it('stopped, though somebody wants it up again', () => {
    expect(hears(managedProcess(up), stop, start, cleared(1)).at(-1)).toBe('ok: stopped')
  })

  it('tries again on what survived before', () => {
    const blocked = managedProcess({ status: 'error', run: 1, survivors: [identity(9)] })
    expect(hears(blocked, stop, cleared(1))).toEqual(['pending', 'ok: stopped'])
  })
})

describe('a restart hears', () => {
  it('restarted when the next run is ready, whatever the old one does', () => {
    expect(hears(managedProcess(up), restart, exited(1, 0), cleared(1), spawned(2), ready(2))).toEqual([
      'pending',
      'pending',
      'pending',
      'pending',
      'ok: restarted',
    ])
  })

  it('restarted where nothing ran', () => {
    expect(hears(managedProcess(), restart, spawned(1), ready(1)).at(-1)).toBe('ok: restarted')
  })
})

describe('twenty restarts at once', () => {
  it('all hear of the same next run', () => {
    let current = managedProcess(up)
    const goals = Array.from({ length: 20 }, () => {
      const before = current
      current = transition(before, restart, 1000).process
      return goalOf('restart', before, current)
    })
    for (const input of [exited(1), cleared(1), spawned(2), ready(2)])
      current = transition(current, input, 1000).process
    expect(current).toMatchObject({ status: 'running', run: 2 })
    for (const goal of goals) expect(judge(current, goal)).toEqual({ ok: true, message: 'restarted' })
  })

  it('all hear of the run after the next, when half of them come while the first is starting', () => {
    let current = managedProcess({ ...up, config: config() })
    const goals: Goal[] = []
    const order = () => {
      const before = current
      current = transition(before, restart, 1000).process
      goals.push(goalOf('restart', before, current))
    }
    for (let i = 0; i < 10; i++) order()
    for (const input of [cleared(1), spawned(2)]) current = transition(current, input, 1000).process
    for (let i = 0; i < 10; i++) order()
    for (const goal of goals) expect(judge(current, goal)).toBe('pending')
    for (const input of [exited(2), cleared(2), spawned(3), ready(3)]) {
      current = transition(current, input, 1000).process
    }
    expect(current.run).toBe(3)
    for (const goal of goals) expect(judge(current, goal)).toMatchObject({ ok: true })
  })
})

describe('a command that gives up waiting', () => {
  const starting = (state: Partial<ManagedProcess> = {}) => managedProcess({ ...up, status: 'starting', ...state })

  it('tells what a start is at', () => {
    expect(overdue('start', starting())).toBe('not up in time: starting; the start goes on')
    expect(overdue('start', starting({ waitingFor: 'db', reason: 'waiting for db' }))).toBe(
      'not up in time: waiting for db; the start goes on',
    )
    const history = [{ at: 1, ok: false, took: 2, detail: 'exited with 1' }]
    const health = { ...newHealth(0), history }
    expect(overdue('start', starting({ health }))).toBe(
      'not up in time: not healthy yet: exited with 1; the start goes on',
    )
  })

  it('tells what a stop is at', () => {
    expect(overdue('stop', managedProcess({ ...up, status: 'stopping', wanted: 'down' }))).toBe(
      'not stopped in time; it goes on',
    )
    expect(overdue('stop', managedProcess(up))).toBe('not stopped in time: what depends on it goes first')
  })
})
