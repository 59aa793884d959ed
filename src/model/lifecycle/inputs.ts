import type { ResolvedProcess, StopSignal } from '../config/config.ts'
import type { Blocked, FailCause, OverLimit, SpawnProblem, SystemProcess } from './causes.ts'
import type { EventFacts, UnwordedEvent } from './events.ts'
import type { HealthResult } from './health.ts'
import type { Identity } from './identity.ts'
import type { LogStart, ManagedProcess } from './process.ts'

/** Everything that can happen to a process. Inputs with a run number are ignored if that run is not the current one. */
export type Input =
  /** `automatic`: nobody ordered it. The supervisor starts again what was up before a reboot, or waited for a dependency. */
  | { type: 'start'; config?: ResolvedProcess; owner: Identity | null; automatic?: boolean }
  | { type: 'restart'; config?: ResolvedProcess; owner: Identity | null }
  /** `comesBack`: only because the machine or its service ends. What is wanted up then is started by the next such service. */
  | { type: 'stop'; comesBack?: boolean }
  /** Stop its whole tree with SIGSTOP, until `resume`. */
  | { type: 'pause' }
  | { type: 'resume' }
  /** It is wanted up, but starts only when the dependency `for` has reached the required state. */
  | { type: 'wait'; config?: ResolvedProcess; owner: Identity | null; for: string; automatic?: boolean }
  /** It will not start, because a dependency failed or its own start would fail. */
  | { type: 'abandon'; cause: Extract<FailCause, { type: 'dependency' | 'refused' }> }
  /** Its next run gets this config. Only for a process at rest, or if nothing differs from its current config. */
  | { type: 'configure'; config: ResolvedProcess }
  /** Its parent app has ended, or leaves it running. */
  | { type: 'disown' }
  /** `at`: epoch ms just before the spawn, so that all output of the run is later. */
  | ({ type: 'spawned'; run: number; leader: Identity; logStart: LogStart; at: number } & RunValues)
  /** The spawn waits until a port is free. */
  | { type: 'blocked'; run: number; by: Extract<Blocked, { type: 'port' }> }
  /**
   * Nothing was spawned. `transient`: the system lacked a resource, and another attempt may succeed even after a start by
   * hand.
   */
  | { type: 'spawn-failed'; run: number; problem: SpawnProblem; transient: boolean }
  /** The leader ended. Code and signal are both null if that is unknown. */
  | { type: 'exited'; run: number; code: number | null; signal: string | null }
  /** The leader has ended well, and left `leader` running in its place. */
  | { type: 'detached'; run: number; leader: Identity }
  /** A kill is complete. `survivors` could not be killed. */
  | { type: 'killed'; run: number; survivors: Survivor[] }
  | { type: 'ready'; run: number; cause: { type: 'uptime' | 'message' } }
  /** It was not ready in time. `within`: ms. */
  | { type: 'ready-timeout'; run: number; awaited: 'healthy' | 'ready' | 'listening'; within: number }
  | { type: 'health'; run: number; result: HealthResult }
  /** Its tree is over a limit. */
  | { type: 'over-limit'; run: number; cause: OverLimit }
  /** Watched files changed, at `at` (epoch ms). There is at least one, relative to the working directory. */
  | { type: 'file-changed'; run: number; files: string[]; at: number }
  | { type: 'retry'; run: number }
  | { type: 'recover'; found: Found }
  /** The supervisor failed while it handled an input. `isGone`: nothing lives of the run any more. */
  | { type: 'fault'; detail: string; isGone: boolean }

/** What a run was started with: its ports, and the values of its references. */
export type RunValues = Pick<ManagedProcess, 'port' | 'ports' | 'given'>

/** The input of one type. */
export type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>

/** A process that could not be killed. */
export interface Survivor extends Pick<SystemProcess, 'name'> {
  identity: Identity
}

/** What a new supervisor found of a saved process. */
export interface Found {
  /** Leader of the current run, if it lives. */
  leader: Identity | null
  /** Run number in the leader's marker, which may be newer than the saved one. */
  run: number
  /** Other members of its tree live. */
  leftovers: boolean
  /** The machine was booted since the state was saved. */
  rebooted: boolean
}

/** What has to be done after a transition. `src/supervisor/managed.ts` has it done. */
export type Effect =
  | { type: 'spawn'; run: number }
  /** Kill the whole tree of this run until nothing is left, and report `killed`. */
  | { type: 'kill'; run: number; signal: StopSignal; timeout: number }
  /** Stop or continue the whole tree of this run, which stays alive. */
  | { type: 'signal'; run: number; signal: 'SIGSTOP' | 'SIGCONT' }
  /** Report `ready`, or `ready-timeout`. */
  | { type: 'await-ready'; run: number }
  /** Start health checks, file watching and limits for this run. */
  | { type: 'monitor'; run: number }
  /** Only watch files, since this run has ended. */
  | { type: 'watch'; run: number }
  /** Watch an adopted leader and report `exited`. */
  | { type: 'watch-leader'; run: number; leader: Identity }
  /** Report `retry` at this time of day, in epoch ms. */
  | { type: 'retry-at'; run: number; at: number }
  /** Report `retry` after so many ms. */
  | { type: 'retry-after'; run: number; delay: number }
  /** Have the supervisor start it after its dependencies. */
  | { type: 'request-start' }
  /** Cancel all timers, monitors and watches of this process. */
  | { type: 'cancel' }
  | { type: 'emit'; event: UnwordedEvent }

/** The result of an input: the process afterwards, and what has to be done. */
export interface Transition {
  process: ManagedProcess
  effects: Effect[]
}

/** The input has no meaning in this phase. */
export function unchanged(process: ManagedProcess): Transition {
  return { process, effects: [] }
}

export function becomes(process: ManagedProcess, ...effects: Effect[]): Transition {
  return { process, effects }
}

export function emit({ config, run }: ManagedProcess, facts: EventFacts, now: number): Effect {
  return { type: 'emit', event: { time: now, name: config.name, run, ...facts } }
}

/** Puts events before all other effects. */
export function announce(events: Effect[], { process, effects }: Transition): Transition {
  return becomes(process, ...events, ...effects)
}
