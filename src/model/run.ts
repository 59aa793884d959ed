import type { Identity, ManagedProcess, RunExit } from './process.ts'
import { describeExit, seconds, verdict } from './restart.ts'
import { nextRun } from './schedule.ts'
import { type Effect, emit, type Input, type Step, unchanged } from './step.ts'

/* What happens within one run: it is begun, spawned, becomes ready, ends, is cleared, and what follows is decided. */

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>

/** The next run. What an earlier one left alive goes first. */
export function begin(process: ManagedProcess): Step {
  const run = process.run + 1
  const next: ManagedProcess = {
    ...process,
    run,
    status: 'starting',
    identity: null,
    startedAt: null,
    retryAt: null,
    waitingFor: null,
    adopted: false,
    health: null,
    reason: '',
  }
  if (process.survivors.length > 0) return clear(next)
  return { process: next, effects: [{ type: 'quiet' }, { type: 'spawn', run }] }
}

/** A scheduled process waits for its time, any other begins. */
export function beginOrSchedule(process: ManagedProcess, now: number): Step {
  const { schedule } = process.config
  return schedule === null ? begin(process) : awaitSchedule(process, schedule, now)
}

export function clear(process: ManagedProcess): Step {
  const { stopSignal: signal, stopTimeout: timeout } = process.config
  return { process, effects: [{ type: 'quiet' }, { type: 'clear', run: process.run, signal, timeout }] }
}

/** Its spawn has been ordered, or waits until an earlier run is cleared; nothing is known to run yet. */
export function isSpawning(process: ManagedProcess): boolean {
  return process.status === 'starting' && process.identity === null && process.waitingFor === null
}

export function heldUp(process: ManagedProcess, message: string): Step {
  if (!isSpawning(process) || process.reason === message) return unchanged(process)
  return { process: { ...process, reason: message }, effects: [] }
}

export function spawned(process: ManagedProcess, { identity, logStart, port, at }: InputOf<'spawned'>): Step {
  const next: ManagedProcess = { ...process, identity, logStart, port, startedAt: at, adopted: false }
  // A stop may have come between the spawn and this news of it: its clear found nothing to end yet.
  if (process.status === 'stopping') return clear(next)
  if (!isSpawning(process)) return unchanged(process)
  const event = emit(next, 'start', `started with pid ${identity.pid}`, at, { pid: identity.pid })
  return { process: { ...next, reason: '' }, effects: [event, ...watching(next)] }
}

/** What accompanies a living run, from its spawn or its adoption on. */
export function watching({ run, status }: ManagedProcess): Effect[] {
  const monitor: Effect = { type: 'monitor', run }
  return status === 'starting' ? [{ type: 'await-ready', run }, monitor] : [monitor]
}

export function spawnFailed(process: ManagedProcess, input: InputOf<'spawn-failed'>, now: number): Step {
  if (!isSpawning(process)) return unchanged(process)
  const lastExit = { run: process.run, code: null, signal: null, at: now, lasted: 0, early: true, asked: false }
  const next: ManagedProcess = { ...process, lastExit, identity: null, startedAt: null, reason: input.message }
  if (input.transient) return decide(next, now)
  return {
    process: { ...next, status: 'error' },
    effects: [{ type: 'quiet' }, emit(next, 'error', input.message, now)],
  }
}

export function exited(process: ManagedProcess, { code, signal }: InputOf<'exited'>, now: number): Step {
  const { status } = process
  const alive = status === 'running' || status === 'stopping' || (status === 'starting' && process.identity !== null)
  if (!alive) return unchanged(process)
  const exit = exitOf(process, code, signal, now)
  const next: ManagedProcess = { ...process, lastExit: exit }
  // A stop is on its way and reports by itself when everything is gone.
  if (status === 'stopping') return { process: next, effects: [] }
  return clear({ ...next, status: 'crashed', reason: describeExit(exit) })
}

/** The run lives but is of no use: it is ended and counts as failed. */
export function failed(process: ManagedProcess, why: string, now: number): Step {
  if (process.identity === null || (process.status !== 'starting' && process.status !== 'running')) {
    return unchanged(process)
  }
  const lastExit: RunExit = { ...exitOf(process, null, null, now), why }
  return clear({ ...process, lastExit, status: 'crashed', reason: why })
}

export function ready(process: ManagedProcess, message: string, now: number): Step {
  if (process.status !== 'starting' || process.identity === null) return unchanged(process)
  const next: ManagedProcess = { ...process, status: 'running', reason: '' }
  return { process: next, effects: [emit(next, 'ready', message, now)] }
}

export function cleared(process: ManagedProcess, input: InputOf<'cleared'>, now: number): Step {
  const { status } = process
  const pending = isSpawning(process)
  if (status !== 'stopping' && !pending && !(status === 'crashed' && process.identity)) return unchanged(process)
  const next: ManagedProcess = { ...process, identity: null, startedAt: null, health: null, survivors: input.survivors }
  if (input.survivors.length > 0) {
    const stuck: ManagedProcess = { ...next, status: 'error', reason: input.message }
    return { process: stuck, effects: [emit(stuck, 'error', input.message, now)] }
  }
  if (pending) return { process: next, effects: [{ type: 'spawn', run: next.run }] }
  if (status === 'crashed') return decide(next, now)
  return next.wanted === 'up' ? again(next, now) : stopped(next, now)
}

/** A stop that was meant to be followed by a start: asked for, or because a file changed. */
function again(process: ManagedProcess, now: number): Step {
  const automatic = process.replacing !== null
  const message = `restarting: ${process.replacing ?? 'asked for'}`
  const restarts = process.restarts + (automatic ? 1 : 0)
  const step = beginOrSchedule({ ...process, replacing: null, restarts }, now)
  return { ...step, effects: [emit(process, 'restart', message, now), ...step.effects] }
}

function stopped(process: ManagedProcess, now: number): Step {
  const exit = process.lastExit
  const how = exit?.run === process.run ? `stopped: ${describeExit(exit)}` : 'stopped'
  const next: ManagedProcess = { ...process, status: 'stopped', reason: '', replacing: null }
  return { process: next, effects: [emit(next, 'stop', how, now)] }
}

/** After a run that ended on its own was cleared: try again, rest, or give up. */
function decide(process: ManagedProcess, now: number): Step {
  const exit = process.lastExit
  if (process.wanted === 'down' || exit === null) {
    return { process: { ...process, status: 'stopped', reason: '' }, effects: [emit(process, 'stop', 'stopped', now)] }
  }
  // Asked to start while it was being cleared.
  if (process.retryAt !== null) return beginOrSchedule({ ...process, retryAt: null }, now)
  const facts = { exitCode: exit.code, signal: exit.signal }
  const ended = process.reason || describeExit(exit)
  const { schedule } = process.config
  if (schedule !== null) {
    const step = awaitSchedule(process, schedule, now)
    return { ...step, effects: [emit(process, exit.code === 0 ? 'exit' : 'crash', ended, now, facts), ...step.effects] }
  }
  const result = verdict(process, exit)
  if (result.type === 'rest') {
    const next: ManagedProcess = { ...process, status: result.status, reason: result.reason, wanted: 'down' }
    return { process: next, effects: [emit(next, result.status === 'crashed' ? 'crash' : 'exit', ended, now, facts)] }
  }
  const counted: ManagedProcess = { ...process, failures: result.failures }
  if (result.type === 'give-up') {
    const next: ManagedProcess = { ...counted, status: 'error', reason: result.reason, retryAt: null }
    return {
      process: next,
      effects: [emit(next, 'crash', ended, now, facts), emit(next, 'error', result.reason, now, facts)],
    }
  }
  const when = result.delay === 0 ? 'at once' : `in ${seconds(result.delay)}`
  const message = `${ended}, next try ${when} (${result.failures}/${process.config.maxRestarts})`
  const event = emit(counted, 'crash', message, now, { ...facts, delay: result.delay })
  if (result.delay === 0) {
    const step = begin({ ...counted, restarts: counted.restarts + 1 })
    return { ...step, effects: [event, ...step.effects] }
  }
  const at = now + result.delay
  const waiting: ManagedProcess = { ...counted, status: 'restarting', retryAt: at }
  return { process: waiting, effects: [event, { type: 'retry-at', run: waiting.run, at }] }
}

function awaitSchedule(process: ManagedProcess, schedule: string, now: number): Step {
  const at = nextRun(schedule, now)
  if (at === null)
    return { process: { ...process, status: 'stopped', wanted: 'down', reason: 'its schedule is over' }, effects: [] }
  const next: ManagedProcess = { ...process, status: 'restarting', retryAt: at, waitingFor: null, reason: 'scheduled' }
  return { process: next, effects: [{ type: 'quiet' }, { type: 'retry-at', run: next.run, at }] }
}

function exitOf(process: ManagedProcess, code: number | null, signal: string | null, now: number): RunExit {
  const { run, status, startedAt } = process
  const lasted = now - (startedAt ?? now)
  return { run, code, signal, at: now, lasted, early: status === 'starting', asked: status === 'stopping' }
}

/** Stands for a leader that was never seen, so that the run counts as being cleared. */
export const NOBODY: Identity = { pid: 0, startTime: 0, bootId: '' }
