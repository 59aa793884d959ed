import type { ResolvedProcess } from '../config/config.ts'
import type { EndCause } from './causes.ts'
import type { Identity } from './identity.ts'
import { liveOf, needsSupervisor, type Phase } from './phase.ts'
import type { Rewrites } from './restart-loop.ts'

/** What the user wants. It survives crashes, upgrades and reboots. */
export type Wanted = 'up' | 'down'

/** How a run ended. */
export interface RunExit {
  run: number
  /** `null` if a signal ended it, or if it is unknown because no supervisor was running. */
  code: number | null
  signal: string | null
  /** Epoch ms. */
  at: number
  /** ms that the run lasted. */
  lasted: number
  /** It ended before it was ready. */
  early: boolean
  /** It ended because of an order to stop. */
  asked: boolean
  /** Why it was killed or never began; null if it ended by itself or because of an order. */
  ended: Exclude<EndCause, { type: 'exited' }> | null
}

/** What has happened to a process since it was declared. It only grows. */
export interface Totals {
  /** Automatic restarts: after a failure, or because a watched file changed. */
  restarts: number
  /** Runs that failed, by the type of what ended them. */
  crashes: Partial<Record<EndCause['type'], number>>
}

/** Offsets in the logs, archives included, at which the output of a run starts. */
export interface LogStart {
  stdout: number
  stderr: number
}

/**
 * Everything that the supervisor knows about one process. `state.json` contains all of it, and only `transition` changes
 * it.
 */
export interface ManagedProcess {
  /** Random; the value of `TUIX_PROCESS_ID` in every run's environment. */
  id: string
  config: ResolvedProcess
  wanted: Wanted
  /** Parent app, whose end stops it; `null`: it keeps running. */
  owner: Identity | null
  /** Number of the current or last run; 0 before the first. */
  run: number
  /** Automatic restarts since the last start by hand. */
  restarts: number
  /** Failures in a row, for backoff and `maxRestarts`. */
  failures: number
  lastExit: RunExit | null
  /** Processes that survived the kill of an earlier run. The next kill, in whatever phase, kills them first. */
  survivors: Identity[]
  /** The current or last run was taken over from an earlier supervisor. */
  adopted: boolean
  /** Start of the current run's output in the log files. */
  logStart: LogStart
  /** The port that its runs are told to listen on. `auto` keeps the port that it chose first. */
  port: number | null
  /** Its named ports, the main one too. Absent: none are named. */
  ports?: Record<string, number>
  /** Values of the references in its config, by their short forms, as of the start of its run. Absent: there are none. */
  given?: Record<string, string>
  /** Watched files that it may change itself. */
  rewrites: Rewrites[]
  phase: Phase
  /** It was stopped only because its machine or service ended, and is started again with it. Absent: no. */
  comesBack?: true
  /** Absent before the first failure and the first automatic restart. */
  totals?: Totals
}

/** A process before its first start. */
export const NEVER_STARTED: Omit<ManagedProcess, 'id' | 'config'> = {
  wanted: 'down',
  owner: null,
  run: 0,
  restarts: 0,
  failures: 0,
  lastExit: null,
  survivors: [],
  adopted: false,
  logStart: { stdout: 0, stderr: 0 },
  port: null,
  rewrites: [],
  phase: { type: 'stopped', why: null },
}

/** Whether another supervisor is needed when this one ends. */
export function leavesWork(process: ManagedProcess): boolean {
  return needsSupervisor(process) || process.survivors.length > 0
}

/** A process that has just been declared. */
export function newProcess(id: string, config: ResolvedProcess): ManagedProcess {
  return { ...NEVER_STARTED, id, config }
}

/** ms by which the start of a run may differ from its leader's: some systems tell only whole seconds. */
const INEXACT = 5000

/**
 * The process with the start of its run by the time of day as it is set now: it may have been set since. Otherwise a run would
 * last for hours, or for less than nothing.
 *
 * @param bootedAt epoch ms of the boot by the same time of day; null if that is unknown
 */
export function aligned(process: ManagedProcess, now: number, bootedAt: number | null): ManagedProcess {
  const { phase } = process
  const live = liveOf(phase)
  if (!live || bootedAt === null || live.leader.startTime === 0) return process
  const startedAt = Math.round(bootedAt + live.leader.startTime * 10)
  // In some containers the boot is that of the container, and the leader's start is counted from another.
  if (startedAt > now + INEXACT || Math.abs(startedAt - live.startedAt) <= INEXACT) return process
  return { ...process, phase: { ...phase, live: { ...live, startedAt } } as Phase }
}
