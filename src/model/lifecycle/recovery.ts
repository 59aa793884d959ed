import { awaitSchedule, watching } from './begin.ts'
import type { EndCause } from './causes.ts'
import type { Identity } from './identity.ts'
import { becomes, emit, type Found, type Transition, unchanged } from './inputs.ts'
import { cleanUp, kill, stopFor } from './kill.ts'
import { isAtRest, type Live, liveOf, type Phase, type PhaseOf, wasReady } from './phase.ts'
import type { ManagedProcess } from './process.ts'
import { retryDue } from './restart-policy.ts'
import { exitOf } from './run.ts'

/* What a new supervisor makes of a saved process and of what it found alive. */

export function recover(process: ManagedProcess, found: Found, now: number): Transition {
  if (found.leader) return adopt(process, found.leader, found.run, now)
  const { config, phase, run } = process
  // Its command may have ended meanwhile, and left its program: the watch of the command looks for it.
  const mayBeDetached = config.daemon && phase.type === 'starting' && !found.rebooted
  if (mayBeDetached) return adopt(process, phase.live.leader, run, now)
  return found.rebooted ? afterReboot(process) : afterLoss(process, found.leftovers, now)
}

/** Takes over a run whose leader lives. */
function adopt(process: ManagedProcess, leader: Identity, run: number, now: number): Transition {
  const live: Live = { ...(liveOf(process.phase) ?? { startedAt: now, health: null }), leader }
  const adopted: ManagedProcess = { ...process, adopted: true }
  // The run began after the state was saved. So the last order was to start it, and the saved health belongs to an
  // earlier run.
  if (run > process.run) {
    const fresh: Live = { leader, startedAt: now, health: null }
    return follow({ ...adopted, run, wanted: 'up', phase: { type: 'starting', live: fresh } }, leader, now)
  }
  const { phase } = process
  if (phase.type === 'stopping') return kill(adopted)
  // A stop was ordered but not carried out.
  if (process.wanted === 'down')
    return kill({ ...adopted, phase: { type: 'stopping', why: { type: 'stop' }, live, automatic: false } })
  return follow({ ...adopted, phase: adoptedPhase(phase, live) }, leader, now)
}

function adoptedPhase(phase: Phase, live: Live): Phase {
  if (phase.type === 'spawning' || phase.type === 'starting') return { type: 'starting', live }
  return wasReady(phase) ? phase : { type: 'running', live, rebuilt: false }
}

/** Watches the run from now on. */
function follow(process: ManagedProcess, leader: Identity, now: number): Transition {
  return becomes(
    process,
    { type: 'watch-leader', run: process.run, leader },
    emit(process, { type: 'adopt', pid: leader.pid }, now),
    ...watching(process),
  )
}

/** Nothing survives a reboot. */
function afterReboot(process: ManagedProcess): Transition {
  const clean: ManagedProcess = { ...process, survivors: [] }
  if (process.wanted === 'up') return requestStart({ ...clean, failures: 0 })
  const { phase } = process
  if (isAtRest(phase)) return becomes(clean)
  const rest: Phase = phase.type === 'cleanup' ? { type: 'crashed', end: phase.end } : { type: 'stopped', why: null }
  return becomes({ ...clean, phase: rest })
}

/** The leader is dead, or there never was one. */
function afterLoss(process: ManagedProcess, leftovers: boolean, now: number): Transition {
  const { phase } = process
  switch (phase.type) {
    case 'spawning':
    case 'starting':
    case 'running':
    case 'paused': {
      // It is unknown whether the run was ready.
      const lastExit = { ...exitOf(process, now), early: false }
      const { code, signal, lasted } = lastExit
      return cleanUp({ ...process, lastExit }, { type: 'exited', code, signal, lasted })
    }
    case 'stopping':
    case 'cleanup':
      return kill(process)
    case 'waiting':
      return leftovers ? stopFor(process, { type: 'leftovers' }) : requestStart(process)
    case 'scheduled':
      // The next attempt had begun, and its leader is dead but left processes behind.
      if (leftovers) return cleanUp(process, UNSEEN, phase.at)
      return waitForSchedule(process, phase.at, now)
    case 'backoff':
      if (leftovers) return cleanUp(process, phase.end, phase.at)
      return waitOn(process, phase, now)
    case 'crashed':
      return leftovers ? cleanUp(process, phase.end) : unchanged(process)
    case 'stopped':
    case 'completed':
    case 'failed':
      // A process that was given up does not start again because a part of it was found alive.
      return leftovers ? stopFor({ ...process, wanted: 'down' }, { type: 'leftovers' }) : unchanged(process)
    default:
      return phase satisfies never
  }
}

/** A time that has passed is made up for. Any other is found anew, since the clock may have been set back. */
function waitForSchedule(process: ManagedProcess, at: number, now: number): Transition {
  const { schedule } = process.config
  if (schedule !== null && now < at) return awaitSchedule(process, schedule, now)
  return becomes(process, { type: 'retry-at', run: process.run, at })
}

/** Waits for the rest of the delay before the next attempt. */
function waitOn(process: ManagedProcess, phase: PhaseOf<'backoff'>, now: number): Transition {
  const at = retryDue(phase.at, process.config, now)
  const delay = Math.max(0, at - now)
  return becomes({ ...process, phase: { ...phase, at } }, { type: 'retry-after', run: process.run, delay })
}

/** The end of a run that nobody saw. */
const UNSEEN: EndCause = { type: 'exited', code: null, signal: null, lasted: 0 }

function requestStart(process: ManagedProcess): Transition {
  return becomes({ ...process, phase: { type: 'stopped', why: null } }, { type: 'request-start' })
}
