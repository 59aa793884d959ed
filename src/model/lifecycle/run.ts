import type { EndCause } from './causes.ts'
import { lastCheck } from './describe-health.ts'
import type { EventFacts, ReadyCause } from './events.ts'
import { foldHealth, newHealth } from './health.ts'
import { announce, becomes, emit, type InputOf, type Transition, unchanged } from './inputs.ts'
import { cleanUp } from './kill.ts'
import { liveOf, runs } from './phase.ts'
import type { ManagedProcess, RunExit } from './process.ts'

/* The life of a spawned run: it becomes ready, is checked and measured, and ends. */

export function ready(process: ManagedProcess, cause: ReadyCause, now: number): Transition {
  const { phase } = process
  if (phase.type !== 'starting') return unchanged(process)
  const next: ManagedProcess = { ...process, phase: { type: 'running', live: phase.live, rebuilt: false } }
  return becomes(next, emit(next, { type: 'ready', cause }, now))
}

/** A failed start. The last health check tells the reason. */
export function readyTimeout(process: ManagedProcess, input: InputOf<'ready-timeout'>, now: number): Transition {
  if (process.phase.type !== 'starting') return unchanged(process)
  const { awaited, within } = input
  return fail(process, { type: 'not-ready', awaited, within, detail: lastCheck(process) }, now)
}

export function health(process: ManagedProcess, { result }: InputOf<'health'>, now: number): Transition {
  const { phase, config } = process
  if (!runs(phase) || config.healthCheck === null) return unchanged(process)
  const { live } = phase
  const before = live.health ?? newHealth(live.startedAt)
  const after = foldHealth(before, result, config.healthCheck, live.startedAt)
  const next: ManagedProcess = { ...process, phase: { ...phase, live: { ...live, health: after } } }
  const news = (facts: EventFacts) => (after.status === before.status ? [] : [emit(next, facts, now)])
  // Once, not with every check.
  if (result.inconclusive) {
    const cause = { type: 'problem', detail: `its health check ${result.detail}` } as const
    return becomes(next, ...(before.history.at(-1)?.inconclusive ? [] : [emit(next, { type: 'warning', cause }, now)]))
  }
  // The consequence follows even if the status has not changed: an earlier supervisor may have ended just before it.
  switch (after.status) {
    case 'healthy':
      return announce(news({ type: 'health', health: 'healthy' }), ready(next, { type: 'health' }, now))
    case 'unhealthy': {
      const cause = { type: 'unhealthy', detail: lastCheck(next) ?? result.detail } as const
      const failed = config.onUnhealthy === 'none' ? becomes(next) : fail(next, cause, now)
      return announce(news({ type: 'health', health: 'unhealthy', cause }), failed)
    }
    case 'starting':
      return becomes(next)
    default:
      return after.status satisfies never
  }
}

export function exited(process: ManagedProcess, { code, signal }: InputOf<'exited'>, now: number): Transition {
  const { phase } = process
  const lastExit: RunExit = { ...exitOf(process, now), code, signal }
  const next: ManagedProcess = { ...process, lastExit }
  switch (phase.type) {
    case 'starting':
    case 'running':
    case 'paused':
      return cleanUp(next, { type: 'exited', code, signal, lasted: lastExit.lasted })
    case 'stopping':
      // A kill is under way, and reports when everything is gone.
      return becomes(next)
    case 'cleanup':
    case 'spawning':
    case 'waiting':
    case 'scheduled':
    case 'backoff':
    case 'stopped':
    case 'completed':
    case 'crashed':
    case 'failed':
      return unchanged(process)
    default:
      return phase satisfies never
  }
}

/** The program in the background is the leader from now on. Without a health check it is ready then. */
export function detached(process: ManagedProcess, { leader }: InputOf<'detached'>, now: number): Transition {
  const { phase, run } = process
  if (!runs(phase) && phase.type !== 'paused') return unchanged(process)
  const next: ManagedProcess = { ...process, phase: { ...phase, live: { ...phase.live, leader } } }
  const watched = becomes(next, { type: 'watch-leader', run, leader })
  if (process.config.healthCheck !== null) return watched
  const { process: up, effects } = ready(next, { type: 'uptime' }, now)
  return becomes(up, ...watched.effects, ...effects)
}

/** Kills a run that lives but has failed. */
export function fail(process: ManagedProcess, cause: Exclude<EndCause, { type: 'exited' }>, now: number): Transition {
  if (!runs(process.phase)) return unchanged(process)
  return cleanUp({ ...process, lastExit: { ...exitOf(process, now), ended: cause } }, cause)
}

/** The end of the run at this moment, as far as it is known without an exit code. */
export function exitOf({ run, phase }: ManagedProcess, now: number): RunExit {
  // The clock may have been set back since.
  const lasted = Math.max(0, now - (liveOf(phase)?.startedAt ?? now))
  const [early, asked] = [phase.type === 'starting', phase.type === 'stopping']
  return { run, code: null, signal: null, at: now, lasted, early, asked, ended: null }
}
