import { describe, expect, it } from 'vitest'
import type { ManagedProcess } from '../../src/model/process.ts'
import type { Effect, Input } from '../../src/model/step.ts'
import { transition } from '../../src/model/transition.ts'
import { config, identity, managedProcess, runExit } from './processes.ts'

function apply(process: ManagedProcess, ...inputs: Input[]): { process: ManagedProcess; effects: Effect[] } {
  let step = { process, effects: [] as Effect[] }
  for (const input of inputs) step = transition(step.process, input, 1000)
  return step
}

const start: Input = { type: 'start', owner: null }
const up = { status: 'running', wanted: 'up', run: 1, identity: identity(33), startedAt: 0 } as const

describe('a start by hand', () => {
  it('forgets earlier failures and takes the new config and owner', () => {
    const failed = managedProcess({ status: 'error', failures: 9, restarts: 8, retryAt: 5 })
    const owner = identity(77)
    const { process } = apply(failed, { type: 'start', config: config({ command: 'other' }), owner })
    expect(process).toMatchObject({ failures: 0, restarts: 0, retryAt: null, owner, config: { command: 'other' } })
  })

  it('waits for what the dead run left behind, then comes at once, without backoff', () => {
    const dead = managedProcess({ ...up, status: 'crashed', lastExit: runExit(), failures: 3 })
    const waiting = apply(dead, start)
    expect(waiting.effects).toEqual([])
    const next = apply(waiting.process, { type: 'cleared', run: 1, survivors: [], message: '' })
    expect(next.process).toMatchObject({ status: 'starting', run: 2, retryAt: null })
    expect(next.effects).toContainEqual({ type: 'spawn', run: 2 })
  })

  it('ends survivors first, and does not begin while they live', () => {
    const { process, effects } = apply(managedProcess({ status: 'error', run: 1, survivors: [identity(34)] }), start)
    expect(effects.map(({ type }) => type)).toEqual(['quiet', 'clear'])
    const cleared: Input = { type: 'cleared', run: 2, survivors: [], message: '' }
    expect(apply(process, cleared).effects).toEqual([{ type: 'spawn', run: 2 }])
    const stuck = apply(process, { ...cleared, survivors: [identity(34)], message: 'still alive' })
    expect(stuck.process).toMatchObject({ status: 'error', reason: 'still alive', survivors: [identity(34)] })
  })
})

describe('a run that ends on its own', () => {
  const cleared: Input = { type: 'cleared', run: 1, survivors: [], message: '' }
  const ends = (code: number | null, signal: string | null, settings = {}) =>
    apply(managedProcess(up, settings), { type: 'exited', run: 1, code, signal }, cleared)

  it('says how it ended and when the next try is', () => {
    const { process, effects } = ends(7, null)
    expect(process).toMatchObject({
      status: 'restarting',
      failures: 1,
      retryAt: 2000,
      lastExit: { code: 7, lasted: 1000 },
    })
    expect(effects[0]).toMatchObject({
      event: { type: 'crash', exitCode: 7, delay: 1000, message: 'exited with 7 after 1 s, next try in 1 s (1/3)' },
    })
    expect(effects[1]).toEqual({ type: 'retry-at', run: 1, at: 2000 })
  })

  it('begins at once where the delay is 0, and counts that as a restart', () => {
    const { process, effects } = ends(1, null, { restartDelay: 0 })
    expect(process).toMatchObject({ status: 'starting', run: 2, restarts: 1 })
    expect(effects[0]).toMatchObject({ event: { message: 'exited with 1 after 1 s, next try at once (1/3)' } })
  })

  it('rests as completed after success under on-failure', () => {
    const { process, effects } = ends(0, null, { autorestart: 'on-failure' })
    expect(process).toMatchObject({ status: 'stopped', wanted: 'down', reason: 'completed' })
    expect(effects).toMatchObject([{ event: { type: 'exit' } }])
  })

  it('rests as crashed without autorestart', () => {
    const { process } = ends(null, 'SIGSEGV', { autorestart: false })
    expect(process).toMatchObject({
      status: 'crashed',
      wanted: 'down',
      reason: 'killed by SIGSEGV after 1 s',
      identity: null,
    })
  })

  it('gives up after its restarts, naming both', () => {
    const { process, effects } = apply(
      managedProcess({ ...up, failures: 3 }),
      { type: 'exited', run: 1, code: 1, signal: null },
      cleared,
    )
    expect(process).toMatchObject({ status: 'error', reason: 'gave up after 3 restarts: exited with 1 after 1 s' })
    expect(effects).toMatchObject([{ event: { type: 'crash' } }, { event: { type: 'error' } }])
  })

  it('stays down when it was stopped while being cleared', () => {
    const { process } = apply(
      managedProcess(up),
      { type: 'exited', run: 1, code: 1, signal: null },
      { type: 'stop' },
      cleared,
    )
    expect(process).toMatchObject({ status: 'stopped', wanted: 'down' })
  })

  it('knows whether it was ready before', () => {
    const exit: Input = { type: 'exited', run: 1, code: 1, signal: null }
    expect(apply(managedProcess(up), exit).process.lastExit?.early).toBe(false)
    expect(apply(managedProcess({ ...up, status: 'starting' }), exit).process.lastExit?.early).toBe(true)
    expect(apply(managedProcess(up), { type: 'stop' }, exit).process.lastExit).toMatchObject({
      asked: true,
      early: false,
    })
  })
})

describe('a recovery', () => {
  const nothing = { leader: null, run: 1, strays: false, rebooted: false }

  it('adopts a run that was started after the state was written: that order is the newer one', () => {
    const found = { ...nothing, leader: identity(40), run: 2 }
    const { process } = apply(managedProcess({ run: 1, wanted: 'down' }), { type: 'recover', found })
    expect(process).toMatchObject({ status: 'starting', wanted: 'up', run: 2, adopted: true, identity: identity(40) })
  })

  it('carries out a stop that was recorded and not finished', () => {
    const { process, effects } = apply(managedProcess({ ...up, wanted: 'down' }), {
      type: 'recover',
      found: { ...nothing, leader: identity(33) },
    })
    expect(process).toMatchObject({ status: 'stopping', wanted: 'down' })
    expect(effects).toContainEqual({ type: 'clear', run: 1, signal: 'SIGTERM', timeout: 5000 })
  })

  it('counts a leader that is gone as ended with an unknown code', () => {
    const { process } = apply(
      managedProcess(up, { autorestart: 'on-failure' }),
      { type: 'recover', found: nothing },
      { type: 'cleared', run: 1, survivors: [], message: '' },
    )
    expect(process).toMatchObject({ status: 'restarting', lastExit: { code: null, signal: null }, failures: 1 })
  })

  it('clears what an unrecorded run left behind before the next try', () => {
    const waiting = managedProcess({ status: 'restarting', wanted: 'up', run: 1, retryAt: 9000, lastExit: runExit() })
    const { process, effects } = apply(waiting, { type: 'recover', found: { ...nothing, strays: true } })
    expect(effects.map(({ type }) => type)).toEqual(['quiet', 'clear'])
    const next = apply(process, { type: 'cleared', run: 1, survivors: [], message: '' })
    expect(next.effects).toContainEqual({ type: 'spawn', run: 2 })
  })

  it('judges a run that no state knew by its own checks, not by what was known of the one before', () => {
    const healthCheck = {
      type: 'exec',
      command: 'true',
      interval: 300,
      timeout: 100,
      retries: 3,
      startPeriod: 0,
    } as const
    const before = managedProcess(
      { ...up, health: { status: 'healthy', failures: 0, since: 0, history: [] }, replacing: 'a.ts changed' },
      { healthCheck },
    )
    const found = { ...nothing, leader: identity(34), run: 2 }
    const adopted = apply(before, { type: 'recover', found }).process
    expect(adopted).toMatchObject({ status: 'starting', run: 2, health: null, replacing: null })
    const checked = apply(adopted, { type: 'health', run: 2, result: { at: 1000, ok: true, took: 1, detail: '' } })
    expect(checked.process).toMatchObject({ status: 'running', health: { status: 'healthy' } })
  })

  it('does not revive what had given up', () => {
    const gaveUp = managedProcess({ status: 'error', wanted: 'up', run: 1, lastExit: runExit() })
    const { process } = apply(
      gaveUp,
      { type: 'recover', found: { ...nothing, strays: true } },
      { type: 'cleared', run: 1, survivors: [], message: '' },
    )
    expect(process).toMatchObject({ status: 'stopped', run: 1 })
  })

  it('asks for a start of what was wanted up after a reboot, with a clean count', () => {
    const { process, effects } = apply(managedProcess({ ...up, failures: 2 }), {
      type: 'recover',
      found: { ...nothing, rebooted: true },
    })
    expect(process).toMatchObject({ status: 'stopped', wanted: 'up', failures: 0, identity: null })
    expect(effects).toEqual([{ type: 'ask-start' }])
  })
})
