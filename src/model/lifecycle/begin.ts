import { becomes, type Effect, emit, type InputOf, type Transition, unchanged } from './inputs.ts'
import { kill } from './kill.ts'
import type { Live } from './phase.ts'
import type { ManagedProcess } from './process.ts'
import { nextRun } from './schedule.ts'

/* The beginning of a run: at once, when earlier runs are gone, or at a scheduled time. */

/** Begins the next run. Survivors of earlier runs are killed first. */
export function begin(process: ManagedProcess): Transition {
  const run = process.run + 1
  const next: ManagedProcess = { ...process, run, adopted: false, phase: { type: 'spawning', blocked: null } }
  if (process.survivors.length > 0)
    return kill({ ...next, phase: { type: 'spawning', blocked: { type: 'survivors' } } })
  return becomes(next, { type: 'cancel' }, { type: 'spawn', run })
}

/** Begins the next run, or waits for the time of the schedule. */
export function beginOrSchedule(process: ManagedProcess, now: number): Transition {
  const { schedule } = process.config
  return schedule === null ? begin(process) : awaitSchedule(process, schedule, now)
}

export function awaitSchedule(process: ManagedProcess, schedule: string, now: number): Transition {
  const at = nextRun(schedule, now, process.config.timezone)
  if (at === null) return becomes({ ...process, wanted: 'down', phase: { type: 'stopped', why: 'schedule-over' } })
  const next: ManagedProcess = { ...process, phase: { type: 'scheduled', at } }
  return becomes(next, { type: 'cancel' }, { type: 'retry-at', run: next.run, at })
}

/** The time of a scheduled run or of the next attempt has come. Or the clock was set back, and the schedule tells a new time. */
export function retry(process: ManagedProcess, now: number): Transition {
  const { phase, restarts, config } = process
  if (phase.type === 'scheduled') {
    return now < phase.at && config.schedule !== null ? awaitSchedule(process, config.schedule, now) : begin(process)
  }
  if (phase.type === 'backoff') return begin({ ...process, restarts: restarts + 1 })
  return unchanged(process)
}

export function blocked(process: ManagedProcess, { by }: InputOf<'blocked'>): Transition {
  const { phase } = process
  // During the kill of survivors no spawn has been ordered that could wait for a port.
  if (phase.type !== 'spawning' || phase.blocked?.type === 'survivors') return unchanged(process)
  return becomes({ ...process, phase: { type: 'spawning', blocked: by } })
}

export function spawned(process: ManagedProcess, input: InputOf<'spawned'>): Transition {
  const { leader, logStart, port, ports, given, at } = input
  const { phase } = process
  const live: Live = { leader, startedAt: at, health: null }
  const { ports: _ports, given: _given, ...before } = process
  const next: ManagedProcess = { ...before, logStart, port, ...(ports && { ports }), ...(given && { given }) }
  if (phase.type === 'spawning') {
    const starting: ManagedProcess = { ...next, phase: { type: 'starting', live } }
    return becomes(starting, emit(starting, { type: 'start', pid: leader.pid }, at), ...watching(starting))
  }
  // The stop came before the spawn was complete, so its kill found no process yet.
  if (phase.type === 'stopping') return kill({ ...next, phase: { ...phase, live } })
  return unchanged(process)
}

/** Effects that a living run needs from its spawn, its adoption or a pause on. */
export function watching({ run, phase }: ManagedProcess): Effect[] {
  // Also after an adoption, because the supervisor before may have ended after it saved the pause and before it sent the signal.
  if (phase.type === 'paused') return [{ type: 'signal', run, signal: 'SIGSTOP' }]
  const monitor: Effect = { type: 'monitor', run }
  return phase.type === 'starting' ? [{ type: 'await-ready', run }, monitor] : [monitor]
}
