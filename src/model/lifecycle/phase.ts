import type { Blocked, EndCause, FailCause, StopCause } from './causes.ts'
import type { Health } from './health.ts'
import type { Identity } from './identity.ts'

/** The word that users see for a phase. */
export type ProcessStatus = 'stopped' | 'starting' | 'running' | 'stopping' | 'restarting' | 'crashed' | 'error'

/** A run that has been spawned. */
export interface Live {
  leader: Identity
  /** Epoch ms. */
  startedAt: number
  /** Null without a health check, and before its first result. */
  health: Health | null
}

/** A phase in the life of a process, with the facts that exist only in that phase. */
export type Phase =
  /**
   * Not running. `schedule-over`: its schedule has no next time; `lost`: it was stopped when a supervisor lost its state.
   */
  | { type: 'stopped'; why: null | 'schedule-over' | 'lost' }
  /** Its run has ended and did its work. */
  | { type: 'completed'; code: number }
  /** Its run failed, and the restart policy does not restart it. */
  | { type: 'crashed'; end: EndCause }
  /** The supervisor has given it up. Only an order starts it again. */
  | { type: 'failed'; cause: FailCause }
  /** It will start when the dependency `for` has reached the required state. */
  | { type: 'waiting'; for: string }
  /** Its schedule starts the next run at `at`, epoch ms. */
  | { type: 'scheduled'; at: number }
  /** Its run failed, and the next attempt is at `at`, epoch ms. */
  | { type: 'backoff'; at: number; end: EndCause }
  /** A run has begun, but its leader is not known yet. */
  | { type: 'spawning'; blocked: Blocked | null }
  | { type: 'starting'; live: Live }
  /** `rebuilt`: the state was lost, and everything about it was found in the system. */
  | { type: 'running'; live: Live; rebuilt: boolean }
  /** It ran, and its whole tree was stopped by SIGSTOP. It is neither checked nor measured nor watched until it goes on. */
  | { type: 'paused'; live: Live; rebuilt: boolean }
  /**
   * Its run is being killed because of an order or a changed file. `wanted` decides what follows. `live` is null if the order
   * came before the spawn was complete. `automatic`: the start that follows is not by hand.
   */
  | { type: 'stopping'; why: StopCause; live: Live | null; automatic: boolean }
  /**
   * Its run has ended or failed, and the rest of it is being killed. The restart policy decides what follows, unless the
   * process is wanted down, or a start was ordered at `startAt`, epoch ms. `live` is null if no leader was seen.
   */
  | { type: 'cleanup'; end: EndCause; live: Live | null; startAt: number | null }

export type PhaseType = Phase['type']

/** The phase of one type. */
export type PhaseOf<Type extends PhaseType> = Extract<Phase, { type: Type }>

interface Traits {
  status: ProcessStatus
  /** It does not run, and will not run without an order. */
  isAtRest: boolean
  /** It runs or is about to, so a start has nothing to do. */
  isUp: boolean
}

const TRAITS: Record<PhaseType, Traits> = {
  stopped: { status: 'stopped', isAtRest: true, isUp: false },
  completed: { status: 'stopped', isAtRest: true, isUp: false },
  crashed: { status: 'crashed', isAtRest: true, isUp: false },
  failed: { status: 'error', isAtRest: true, isUp: false },
  waiting: { status: 'starting', isAtRest: false, isUp: true },
  scheduled: { status: 'restarting', isAtRest: false, isUp: true },
  backoff: { status: 'restarting', isAtRest: false, isUp: false },
  spawning: { status: 'starting', isAtRest: false, isUp: true },
  starting: { status: 'starting', isAtRest: false, isUp: true },
  running: { status: 'running', isAtRest: false, isUp: true },
  paused: { status: 'running', isAtRest: false, isUp: true },
  stopping: { status: 'stopping', isAtRest: false, isUp: false },
  cleanup: { status: 'crashed', isAtRest: false, isUp: false },
}

export const PHASES = Object.keys(TRAITS) as PhaseType[]

export function statusOf(type: PhaseType): ProcessStatus {
  return TRAITS[type].status
}

/** It does not run, and will not run without an order. */
export function isAtRest({ type }: { type: PhaseType }): boolean {
  return TRAITS[type].isAtRest
}

/** It runs or is about to, so a start has nothing to do. */
export function isUp({ type }: { type: PhaseType }): boolean {
  return TRAITS[type].isUp
}

/** Its run is being spawned, runs or is paused, and is not being stopped. */
export function hasBegun(phase: Phase): phase is PhaseOf<'spawning' | 'starting' | 'running' | 'paused'> {
  return phase.type === 'spawning' || phase.type === 'paused' || runs(phase)
}

/** Its run became ready, and runs or is paused now. */
export function wasReady(phase: Phase): phase is PhaseOf<'running' | 'paused'> {
  return phase.type === 'running' || phase.type === 'paused'
}

/** Its run has been spawned, and is neither paused nor being stopped. */
export function runs(phase: Phase): phase is PhaseOf<'starting' | 'running'> {
  return phase.type === 'starting' || phase.type === 'running'
}

/** A kill is under way: of survivors before a spawn, of a run that is stopped, or of the rest of a run that has ended. */
export function isBeingKilled(phase: Phase): phase is PhaseOf<'spawning' | 'stopping' | 'cleanup'> {
  if (phase.type === 'spawning') return phase.blocked?.type === 'survivors'
  return phase.type === 'stopping' || phase.type === 'cleanup'
}

/** The run that has been spawned, until all of it is gone. */
export function liveOf(phase: Phase): Live | null {
  return 'live' in phase ? phase.live : null
}

/** The leader of that run. During a cleanup it may be dead. */
export function leaderOf(phase: Phase): Identity | null {
  return liveOf(phase)?.leader ?? null
}

/** Epoch ms of its next automatic start; null if there is none. */
export function nextStart(phase: Phase): number | null {
  if ('at' in phase) return phase.at
  return phase.type === 'cleanup' ? phase.startAt : null
}

/** It does not run, and the change of a watched file starts it: it has crashed, waits to be restarted, or was given up. */
export function waitsForChange({ phase, config }: Watched): boolean {
  return config.watch !== null && ['backoff', 'crashed', 'failed'].includes(phase.type)
}

interface Watched {
  phase: Phase
  config: { watch: object | null }
}

/** It needs a supervisor: it is wanted up and not given up, it is being stopped, or its files are watched. */
export function needsSupervisor(process: Watched & { wanted: 'up' | 'down' }): boolean {
  const { wanted, phase } = process
  return (wanted === 'up' && phase.type !== 'failed') || phase.type === 'stopping' || waitsForChange(process)
}
