import { awaitSchedule, begin, beginOrSchedule } from './begin.ts'
import { announce, becomes, emit, type InputOf, type Survivor, type Transition, unchanged } from './inputs.ts'
import { hasBegun, isBeingKilled, type PhaseOf } from './phase.ts'
import type { ManagedProcess, RunExit } from './process.ts'
import { verdict } from './restart-policy.ts'
import { exitOf } from './run.ts'

/* What follows when a run is completely gone, or could not be spawned. */

export function killed(process: ManagedProcess, { survivors }: InputOf<'killed'>, now: number): Transition {
  const { phase } = process
  if (!isBeingKilled(phase)) return unchanged(process)
  const next: ManagedProcess = { ...process, survivors: survivors.map(({ identity }) => identity) }
  if (survivors.length > 0) return outlived(next, survivors, now)
  switch (phase.type) {
    case 'spawning':
      return becomes({ ...next, phase: { type: 'spawning', blocked: null } }, { type: 'spawn', run: next.run })
    case 'stopping':
      return next.wanted === 'up' ? again(next, phase, now) : stopped(next, now)
    case 'cleanup':
      return afterEnd(next, phase, now)
    default:
      return phase satisfies never
  }
}

/**
 * Only an order that cannot be carried out fails at once. A restart that nobody ordered is one failed attempt: what is missing
 * may be there again for the next one, such as a program that is just being built.
 */
export function spawnFailed(process: ManagedProcess, input: InputOf<'spawn-failed'>, now: number): Transition {
  if (process.phase.type !== 'spawning') return unchanged(process)
  const cause = { type: 'spawn-failed', problem: input.problem } as const
  const lastExit: RunExit = { ...exitOf(process, now), early: true, ended: cause }
  if (input.transient || isAutomatic(process))
    return afterEnd({ ...process, lastExit }, { end: cause, startAt: null }, now)
  const next: ManagedProcess = { ...process, lastExit, phase: { type: 'failed', cause } }
  return becomes(next, { type: 'cancel' }, emit(next, { type: 'error', cause }, now))
}

/** Whether the supervisor began the current run on its own. An order would have reset the counter. */
function isAutomatic({ restarts, config }: ManagedProcess): boolean {
  return restarts > 0 || config.schedule !== null
}

/** What lives stays as it is, and is still supervised. Anything else would wait for ever. */
export function fault(process: ManagedProcess, { detail, isGone }: InputOf<'fault'>, now: number): Transition {
  const { phase } = process
  const mayLive = hasBegun(phase) || isBeingKilled(phase)
  if (mayLive && !isGone)
    return becomes(process, emit(process, { type: 'warning', cause: { type: 'problem', detail } }, now))
  const cause = { type: 'refused', detail } as const
  return becomes(
    { ...process, phase: { type: 'failed', cause } },
    { type: 'cancel' },
    emit(process, { type: 'error', cause }, now),
  )
}

function outlived(process: ManagedProcess, survivors: Survivor[], now: number): Transition {
  const members = survivors.map(({ identity: { pid }, name }) => ({ pid, name }))
  const cause = { type: 'survivors', members } as const
  return becomes({ ...process, phase: { type: 'failed', cause } }, emit(process, { type: 'error', cause }, now))
}

/** A kill that is followed by a start, because of a restart or a changed file. */
function again(process: ManagedProcess, { why, automatic }: PhaseOf<'stopping'>, now: number): Transition {
  const cause = automatic && why.type === 'change' ? why : { type: 'restart' as const }
  const restarts = process.restarts + (automatic ? 1 : 0)
  return announce([emit(process, { type: 'restart', cause }, now)], beginOrSchedule({ ...process, restarts }, now))
}

function stopped(process: ManagedProcess, now: number): Transition {
  const { lastExit: exit, run } = process
  const hasRun = exit?.run === run && exit.ended?.type !== 'spawn-failed'
  const event = emit(process, { type: 'stop', ...(hasRun && { cause: { type: 'ended', exit } }) }, now)
  return becomes({ ...process, phase: { type: 'stopped', why: null } }, event)
}

/** After a run that ended by itself or could not be spawned: tries again, rests, or gives up. */
function afterEnd(
  process: ManagedProcess,
  { end, startAt }: Pick<PhaseOf<'cleanup'>, 'end' | 'startAt'>,
  now: number,
): Transition {
  if (process.wanted === 'down') {
    return becomes({ ...process, phase: { type: 'stopped', why: null } }, emit(process, { type: 'stop' }, now))
  }
  // A start was ordered during the cleanup.
  if (startAt !== null) return beginOrSchedule(process, now)
  const exit = process.lastExit ?? exitOf(process, now)
  const facts = { cause: end, exitCode: exit.code, signal: exit.signal }
  const exitEvent = emit(process, { type: 'exit', ...facts }, now)
  const crashEvent = emit(process, { type: 'crash', ...facts }, now)
  const { schedule, maxRestarts } = process.config
  if (schedule !== null) {
    return announce([exit.code === 0 ? exitEvent : crashEvent], awaitSchedule(process, schedule, now))
  }
  const result = verdict(process, exit)
  switch (result.type) {
    case 'complete':
      return becomes({ ...process, wanted: 'down', phase: { type: 'completed', code: result.code } }, exitEvent)
    case 'rest':
      return becomes({ ...process, wanted: 'down', phase: { type: 'crashed', end } }, crashEvent)
    case 'give-up': {
      const cause = { type: 'gave-up', restarts: result.restarts } as const
      const failed: ManagedProcess = { ...process, failures: result.failures, phase: { type: 'failed', cause } }
      const { exitCode, signal } = facts
      return becomes(
        failed,
        crashEvent,
        emit(failed, { type: 'error', cause: { ...cause, exit }, exitCode, signal }, now),
      )
    }
    case 'retry': {
      const { delay, failures } = result
      const counted: ManagedProcess = { ...process, failures }
      const event = emit(counted, { type: 'crash', ...facts, delay, failures, maxRestarts }, now)
      if (delay === 0) return announce([event], begin({ ...counted, restarts: counted.restarts + 1 }))
      const at = now + delay
      return becomes({ ...counted, phase: { type: 'backoff', at, end } }, event, {
        type: 'retry-after',
        run: counted.run,
        delay,
      })
    }
    default:
      return result satisfies never
  }
}
