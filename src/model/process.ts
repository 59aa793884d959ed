import type { ResolvedProcess } from './config.ts'
import type { WatchRestart } from './feedback.ts'
import type { Health } from './health.ts'

/** What the user wants; survives crashes, upgrades and reboots. */
export type Wanted = 'up' | 'down'

/** What is. */
export type ProcessStatus = 'stopped' | 'starting' | 'running' | 'stopping' | 'restarting' | 'crashed' | 'error'

/** A process that cannot be mistaken for a later one with the same pid. */
export interface Identity {
  pid: number
  /** Clock ticks after boot, from `/proc/PID/stat`; on other platforms what `ps` says. */
  startTime: number
  bootId: string
}

/** How a run ended. */
export interface RunExit {
  run: number
  /** `null`: ended by a signal, or unknown because the supervisor was away. */
  code: number | null
  signal: string | null
  /** Epoch ms. */
  at: number
  /** ms the run lasted. */
  lasted: number
  /** It ended before it was ready. */
  early: boolean
  /** It ended because a stop was asked for. */
  asked: boolean
  /** It was ended because it was of no use: unhealthy, over a limit, not ready in time. */
  why?: string
}

/** Offsets in the logs, archives included, at which a run's own output starts. */
export interface LogStart {
  stdout: number
  stderr: number
}

/** What the supervisor knows of one process, persisted whole in `state.json`. Changed by `transition` alone. */
export interface ManagedProcess {
  /** Random; the value of `TUIX_PROCESS_ID` in every run's environment. */
  id: string
  config: ResolvedProcess
  wanted: Wanted
  status: ProcessStatus
  /** Number of the current or last run; 0 before the first. */
  run: number
  /** Leader of the current run. */
  identity: Identity | null
  /** Epoch ms of the current run's spawn. */
  startedAt: number | null
  /** Automatic restarts since the last start by hand. */
  restarts: number
  /** Failures in a row, for backoff and `maxRestarts`. */
  failures: number
  /** Epoch ms of the next try while `restarting`. */
  retryAt: number | null
  lastExit: RunExit | null
  /** Why it is in this status, in a few words for people; empty where the status says it all. */
  reason: string
  /** Processes of an earlier run that outlived a stop; they are swept again before the next start. */
  survivors: Identity[]
  /** The current run was taken over from an earlier supervisor. */
  adopted: boolean
  /** App that started it and that it ends with; `null`: it stays. */
  owner: Identity | null
  /** Of the current run; null without a health check, and before its first result. */
  health: Health | null
  /** Where the current run's output starts in the log files. */
  logStart: LogStart
  /** What it was told to listen on; `auto` keeps what it chose first. */
  port: number | null
  /** Dependency that a start waits for. */
  waitingFor: string | null
  /** Why a stop under way will be followed by a start, where nobody asked for that. */
  replacing: string | null
  /** Recent restarts because of changed files. */
  changes: WatchRestart[]
  /** File that it changes itself, so that watching was suspended. */
  suspended: string | null
  /** Epoch ms of the last stop by hand or start by hand. */
  changedAt: number
}
