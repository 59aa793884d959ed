import type { ResolvedProcess, StopSignal } from './config.ts'
import type { ProcessEvent, ProcessEventType } from './events.ts'
import type { Identity, ManagedProcess, ProcessStatus } from './process.ts'
import { describeExit, seconds, verdict } from './restart.ts'

/*
 *                      start                     ready
 *   stopped ─────────────────────▶ starting ─────────────▶ running
 *      ▲  ▲                         │  ▲ │                  │   │
 *      │  │ completed          exit │  │ │ stop, restart    │   │ stop, restart
 *      │  └──────────── crashed ◀───┴──┼─┼──────────────────┘   │
 *      │                 │  │  ▲  retry│ └────────▶ stopping ◀──┘
 *      │    out of tries │  │  └───────┤              │
 *      │                 ▼  ▼          │              │ cleared: wanted up → starting, down → stopped
 *      │               error restarting┘              │
 *      └──────────────────────────────────────────────┘
 *
 * `crashed` with an identity is being cleared of what the dead leader left behind; without one it rests there.
 */

/** What can happen to a process. Whatever belongs to a run carries its number; those of another run are ignored. */
export type Input =
  | { type: 'start'; config?: ResolvedProcess; owner: Identity | null }
  | { type: 'restart'; config?: ResolvedProcess; owner: Identity | null }
  | { type: 'stop' }
  | { type: 'spawned'; run: number; identity: Identity }
  /** Nothing was started. `transient`: the system was out of something, another try may do. */
  | { type: 'spawn-failed'; run: number; message: string; transient: boolean }
  /** The leader ended. Both null: unknown. */
  | { type: 'exited'; run: number; code: number | null; signal: string | null }
  /** A `clear` is through; `survivors` could not be ended. */
  | { type: 'cleared'; run: number; survivors: Identity[]; message: string }
  | { type: 'ready'; run: number; message: string }
  | { type: 'retry'; run: number }
  | { type: 'recover'; found: Found }

/** What a new supervisor found of a process that its state names. */
export interface Found {
  /** Leader of the current run, alive. */
  leader: Identity | null
  /** The run number in the leader's marker, when the state did not know of it yet. */
  run: number
  /** Anything else of it lives. */
  strays: boolean
  /** The machine was booted since. */
  rebooted: boolean
}

/** What is to be done; executed in one place, `src/supervisor/managed.ts`. */
export type Effect =
  | { type: 'spawn'; run: number }
  /** End the whole tree of this run, verified, and report `cleared`. */
  | { type: 'clear'; run: number; signal: StopSignal; timeout: number }
  /** Report `ready` once the run is up. */
  | { type: 'await-ready'; run: number }
  /** Watch an adopted leader and report `exited`. */
  | { type: 'watch-leader'; run: number; identity: Identity }
  | { type: 'retry-at'; run: number; at: number }
  /** Stop waiting and watching for this process. */
  | { type: 'quiet' }
  | { type: 'emit'; event: ProcessEvent }

export interface Step {
  process: ManagedProcess
  effects: Effect[]
}

/** The state machine: the only thing that makes a new state. Inputs that mean nothing in a state give it back as it is. */
export function transition(process: ManagedProcess, input: Input, now: number): Step {
  if ('run' in input && input.run !== process.run) return unchanged(process)
  switch (input.type) {
    case 'start':
      return start(process, input, now)
    case 'restart':
      return restart(process, input, now)
    case 'stop':
      return stop(process, now)
    case 'spawned':
      return spawned(process, input.identity, now)
    case 'spawn-failed':
      return spawnFailed(process, input, now)
    case 'exited':
      return exited(process, input, now)
    case 'cleared':
      return cleared(process, input, now)
    case 'ready':
      return ready(process, input.message, now)
    case 'retry':
      return process.status === 'restarting'
        ? begin({ ...process, restarts: process.restarts + 1 })
        : unchanged(process)
    case 'recover':
      return recover(process, input.found, now)
    default:
      return input satisfies never
  }
}

type ByHand = Extract<Input, { type: 'start' | 'restart' }>

function start(process: ManagedProcess, input: ByHand, now: number): Step {
  switch (process.status) {
    case 'starting':
    case 'running':
      return unchanged(process)
    case 'stopping':
      return { process: cleanSlate(process, input, now), effects: [] }
    case 'crashed':
      // While the dead run is being cleared the new one has to wait for that.
      if (process.identity) return { process: { ...cleanSlate(process, input, now), retryAt: now }, effects: [] }
      return begin(cleanSlate(process, input, now))
    case 'stopped':
    case 'restarting':
    case 'error':
      return begin(cleanSlate(process, input, now))
  }
}

function restart(process: ManagedProcess, input: ByHand, now: number): Step {
  if (process.status !== 'starting' && process.status !== 'running') return start(process, input, now)
  return clear({ ...cleanSlate(process, input, now), status: 'stopping', reason: 'restart asked for' })
}

function stop(process: ManagedProcess, now: number): Step {
  const down: ManagedProcess = { ...process, wanted: 'down', retryAt: null, changedAt: now }
  switch (process.status) {
    case 'starting':
    case 'running':
      return clear({ ...down, status: 'stopping', reason: 'stop asked for' })
    case 'stopping':
      return { process: down, effects: [] }
    case 'crashed':
      if (process.identity) return { process: down, effects: [] }
      return { process: { ...down, status: 'stopped', reason: '' }, effects: [] }
    case 'error':
      if (process.survivors.length > 0) return clear({ ...down, status: 'stopping', reason: 'stop asked for' })
      return { process: { ...down, status: 'stopped', reason: '' }, effects: [] }
    case 'restarting':
      return {
        process: { ...down, status: 'stopped', reason: '' },
        effects: [{ type: 'quiet' }, emit(down, 'stop', 'stopped while waiting to restart', now)],
      }
    case 'stopped':
      return { process: down, effects: [] }
  }
}

function spawned(process: ManagedProcess, identity: Identity, now: number): Step {
  const next: ManagedProcess = { ...process, identity, startedAt: now, adopted: false }
  // A stop may have come between the spawn and this news of it: its clear found nothing to end yet.
  if (process.status === 'stopping') return clear(next)
  if (!isSpawning(process)) return unchanged(process)
  const event = emit(next, 'start', `started with pid ${identity.pid}`, now, { pid: identity.pid })
  return { process: next, effects: [event, { type: 'await-ready', run: next.run }] }
}

function spawnFailed(process: ManagedProcess, input: Extract<Input, { type: 'spawn-failed' }>, now: number): Step {
  if (!isSpawning(process)) return unchanged(process)
  const lastExit = { run: process.run, code: null, signal: null, at: now, lasted: 0, early: true, asked: false }
  const next: ManagedProcess = { ...process, lastExit, identity: null, startedAt: null, reason: input.message }
  if (input.transient) return decide(next, now)
  return {
    process: { ...next, status: 'error' },
    effects: [{ type: 'quiet' }, emit(next, 'error', input.message, now)],
  }
}

function exited(process: ManagedProcess, input: Extract<Input, { type: 'exited' }>, now: number): Step {
  const { status, run } = process
  if (isSpawning(process) || (status !== 'starting' && status !== 'running' && status !== 'stopping')) {
    return unchanged(process)
  }
  const lasted = now - (process.startedAt ?? now)
  const exit = {
    run,
    code: input.code,
    signal: input.signal,
    at: now,
    lasted,
    early: status === 'starting',
    asked: status === 'stopping',
  }
  const next: ManagedProcess = { ...process, lastExit: exit }
  // A stop is on its way and reports by itself when everything is gone.
  if (status === 'stopping') return { process: next, effects: [] }
  return clear({ ...next, status: 'crashed', reason: describeExit(exit) })
}

function cleared(process: ManagedProcess, input: Extract<Input, { type: 'cleared' }>, now: number): Step {
  const { status } = process
  const pending = isSpawning(process)
  if (status !== 'stopping' && !pending && !(status === 'crashed' && process.identity)) return unchanged(process)
  const next: ManagedProcess = { ...process, identity: null, startedAt: null, survivors: input.survivors }
  if (input.survivors.length > 0) {
    const failed: ManagedProcess = { ...next, status: 'error', reason: input.message }
    return { process: failed, effects: [emit(failed, 'error', input.message, now)] }
  }
  if (pending) return { process: next, effects: [{ type: 'spawn', run: next.run }] }
  if (status === 'crashed') return decide(next, now)
  const exit = next.lastExit
  const how = exit?.run === next.run ? describeExit(exit) : 'stopped'
  if (next.wanted === 'up') {
    const again = begin(next)
    return { ...again, effects: [emit(next, 'restart', `restarting, as asked: ${how}`, now), ...again.effects] }
  }
  return { process: { ...next, status: 'stopped', reason: '' }, effects: [emit(next, 'stop', `stopped: ${how}`, now)] }
}

function ready(process: ManagedProcess, message: string, now: number): Step {
  if (process.status !== 'starting' || process.identity === null) return unchanged(process)
  const next: ManagedProcess = { ...process, status: 'running', reason: '' }
  return { process: next, effects: [emit(next, 'ready', message, now)] }
}

/** After a run that ended on its own was cleared: try again, rest, or give up. */
function decide(process: ManagedProcess, now: number): Step {
  const exit = process.lastExit
  if (process.wanted === 'down' || exit === null) {
    return { process: { ...process, status: 'stopped', reason: '' }, effects: [emit(process, 'stop', 'stopped', now)] }
  }
  const facts = { exitCode: exit.code, signal: exit.signal }
  // Asked to start while it was being cleared.
  if (process.retryAt !== null) return begin({ ...process, retryAt: null })
  const result = verdict(process, exit)
  const ended = process.reason || describeExit(exit)
  if (result.type === 'rest') {
    const next: ManagedProcess = { ...process, status: result.status, reason: result.reason, wanted: 'down' }
    return { process: next, effects: [emit(next, result.status === 'crashed' ? 'crash' : 'exit', ended, now, facts)] }
  }
  const failed: ManagedProcess = { ...process, failures: result.failures }
  if (result.type === 'give-up') {
    const next: ManagedProcess = { ...failed, status: 'error', reason: result.reason, retryAt: null }
    return { process: next, effects: [emit(next, 'crash', ended, now, facts), emit(next, 'error', result.reason, now)] }
  }
  const message = `${ended}, next try ${result.delay === 0 ? 'at once' : `in ${seconds(result.delay)}`} (${result.failures}/${process.config.maxRestarts})`
  const event = emit(failed, 'crash', message, now, { ...facts, delay: result.delay })
  if (result.delay === 0) {
    const again = begin({ ...failed, restarts: failed.restarts + 1 })
    return { ...again, effects: [event, ...again.effects] }
  }
  const at = now + result.delay
  const waiting: ManagedProcess = { ...failed, status: 'restarting', retryAt: at }
  return { process: waiting, effects: [event, { type: 'retry-at', run: waiting.run, at }] }
}

/** The next run. What an earlier one left alive goes first. */
function begin(process: ManagedProcess): Step {
  const run = process.run + 1
  const next: ManagedProcess = {
    ...process,
    run,
    status: 'starting',
    identity: null,
    startedAt: null,
    retryAt: null,
    adopted: false,
    reason: '',
  }
  if (process.survivors.length > 0) return clear(next)
  return { process: next, effects: [{ type: 'quiet' }, { type: 'spawn', run }] }
}

function clear(process: ManagedProcess): Step {
  const { stopSignal: signal, stopTimeout: timeout } = process.config
  return { process, effects: [{ type: 'quiet' }, { type: 'clear', run: process.run, signal, timeout }] }
}

function recover(process: ManagedProcess, found: Found, now: number): Step {
  if (found.leader && found.run > process.run) {
    // Started after the state was written: whatever that says, the last order was to start.
    const begun: ManagedProcess = { ...process, run: found.run, wanted: 'up', status: 'starting', startedAt: null }
    return adopt({ ...begun, identity: found.leader, reason: '' }, now)
  }
  if (found.leader) return adopt({ ...process, identity: found.leader }, now)
  if (found.rebooted) {
    const clean: ManagedProcess = { ...process, identity: null, startedAt: null, survivors: [], retryAt: null }
    if (process.wanted === 'up') return begin({ ...clean, failures: 0 })
    const status = process.status === 'error' || process.status === 'crashed' ? process.status : 'stopped'
    return { process: { ...clean, status }, effects: [] }
  }
  switch (process.status) {
    case 'starting':
    case 'running': {
      // Spawned or not, nothing of the leader is left; what it left behind is cleared like after any crash.
      const step = exited(
        { ...process, status: 'running' },
        { type: 'exited', run: process.run, code: null, signal: null },
        now,
      )
      return { process: { ...step.process, identity: process.identity ?? NOBODY }, effects: step.effects }
    }
    case 'stopping':
      return clear(process)
    case 'crashed':
      return process.identity || found.strays
        ? clear({ ...process, identity: process.identity ?? NOBODY })
        : unchanged(process)
    case 'restarting':
      // The try had begun, its leader is dead already, and it left something behind.
      if (found.strays) return clear({ ...process, status: 'crashed', identity: NOBODY })
      return { process, effects: [{ type: 'retry-at', run: process.run, at: process.retryAt ?? now }] }
    case 'stopped':
    case 'error':
      if (!found.strays) return unchanged(process)
      // What had given up does not begin again because something of it was found.
      return clear({ ...process, status: 'stopping', wanted: 'down', reason: 'something of it was still alive' })
  }
}

/** Stands for a leader that was never seen, so that the run counts as being cleared. */
const NOBODY: Identity = { pid: 0, startTime: 0, bootId: '' }

function adopt(process: ManagedProcess, now: number): Step {
  const { identity, run } = process
  if (identity === null) return unchanged(process)
  const status: ProcessStatus =
    process.status === 'starting' || process.status === 'stopping' ? process.status : 'running'
  const next: ManagedProcess = { ...process, status, adopted: true, retryAt: null, startedAt: process.startedAt ?? now }
  // Wanted down and alive: a stop was under way, or its order was recorded and not carried out.
  if (status === 'stopping' || process.wanted === 'down')
    return clear({ ...next, status: 'stopping', reason: 'stop asked for' })
  const effects: Effect[] = [
    { type: 'watch-leader', run, identity },
    emit(next, 'adopt', `adopted, pid ${identity.pid}`, now, { pid: identity.pid }),
  ]
  if (status === 'starting') effects.push({ type: 'await-ready', run })
  return { process: next, effects }
}

/** A start by hand forgets earlier failures. */
function cleanSlate(process: ManagedProcess, input: ByHand, now: number): ManagedProcess {
  const { config = process.config, owner } = input
  return { ...process, config, owner, wanted: 'up', restarts: 0, failures: 0, retryAt: null, changedAt: now }
}

/** Its spawn has been ordered, or waits until an earlier run is cleared; nothing is known to run yet. */
function isSpawning(process: ManagedProcess): boolean {
  return process.status === 'starting' && process.identity === null
}

function emit(
  process: ManagedProcess,
  type: ProcessEventType,
  message: string,
  now: number,
  facts: Partial<ProcessEvent> = {},
): Effect {
  return { type: 'emit', event: { time: now, name: process.config.name, type, run: process.run, message, ...facts } }
}

function unchanged(process: ManagedProcess): Step {
  return { process, effects: [] }
}
