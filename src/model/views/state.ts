import type { ResolvedProcess, SharedPort } from '../config/config.ts'
import type { HealthResult, HealthStatus } from '../lifecycle/health.ts'
import type { PhaseType, ProcessStatus } from '../lifecycle/phase.ts'
import type { RunExit, Wanted } from '../lifecycle/process.ts'
import type { OutdatedReference } from '../lifecycle/references.ts'
import type { ProgramStatus } from './program-status.ts'

/** Public state of a process: `status()`, `list()`, `ps list --json`. */
export interface ProcessState {
  name: string
  group: string | null
  /** Declared name, if this is one of several instances. */
  instanceOf: string | null
  status: ProcessStatus
  /** Phase of its life, in more detail than the status: `completed` and `scheduled` are phases of their own. */
  phase: PhaseType
  wanted: Wanted
  /** It was stopped only because the machine or its service ended, and `supervisor run --start wanted` starts it again. */
  comesBack?: true
  /** `null` while it does not run. */
  pid: number | null
  /** Automatic restarts since the last start by hand. */
  restarts: number
  /** Seconds since the start of the current run; 0 while it does not run. */
  uptime: number
  /** Percent of one core, whole tree; `null` while it does not run. */
  cpu: number | null
  /** MB (2^20 bytes) resident, whole tree; `null` while it does not run. */
  memory: number | null
  /** Exit code of the last run that ended; `null` if there is none, a signal ended it, or it is unknown. */
  exitCode: number | null
  /** Signal that ended the last run. */
  exitSignal: string | null
  /** Number of the current or last run; 0 before the first. */
  run: number
  /** Epoch ms of the current run's start. */
  startedAt: number | null
  /** Epoch ms of the next automatic start: the next attempt, or the time of its schedule. */
  retryAt: number | null
  /** Restarts allowed in a row. */
  maxRestarts: number | 'unlimited'
  /** Null without a health check, and while it does not run. */
  health: HealthStatus | null
  /** Failures in a row, which `maxRestarts` limits. */
  failures: number
  /** It restarts when files change. */
  watch: boolean
  /** Watched file whose changes are ignored at present, since the process seems to change it itself. */
  suspendedBy: string | null
  /** Names of its dependencies, as declared. */
  dependsOn: string[]
  /** The port that it was told to listen on by `port`. */
  port: number | null
  /** Its address by name. Absent unless it has a port and the proxy of the user runs. */
  url?: string
  /** Its named ports, the main one too. Absent: none are named. */
  ports?: Record<string, number>
  /** References whose values have changed since its run began. Absent: none have. */
  outdated?: OutdatedReference[]
  /** Absent: the port is its own. `port` of it is the one that instances share, `part` what the process has to do with it. */
  share?: SharedPort
  /** A process of its tree that a signal such as SIGSTOP has stopped, while it is not `paused`; null if there is none. */
  frozen: number | null
  /** What the program says about itself (OSC 7501); null if it says nothing. */
  program: ProgramStatus | null
  /** What its start waits for; null if it does not wait. */
  waitingFor: WaitingFor | null
  /** Why it is in this state, one sentence for people; empty if there is nothing to add. */
  reason: string
  /** How the last run ended; null if none has ended. */
  lastExit: LastExit | null
  /** It was taken over from an earlier supervisor. */
  adopted: boolean
  /** The machine that it runs on, if that is not this one. */
  host?: string
  /** Folder of its project, in answers about all projects of this machine. */
  folder?: string
  /** It is stopped when the app that started it ends. */
  owned: boolean
  /** The command line as declared. */
  command: string
  cwd: string
  logFile: string
  errorFile: string
}

/** A dependency that has not reached the required state, or a port that is still taken. */
export type WaitingFor = { process: string } | { port: number }

/** How the last run ended. */
export interface LastExit extends RunExit {
  /** Why it was killed, in a few words: unhealthy, over a limit, not ready in time. Absent if it ended by itself. */
  why?: string
}

/** `status(name)`: the state and the config. */
export interface ProcessDetail extends ProcessState {
  /** With all defaults, absolute paths, and the command line split. */
  config: ResolvedProcess
  /**
   * Environment that the current run inherited: 'start' (of the command that started it) or 'supervisor' (after a
   * recovery).
   */
  environment: 'start' | 'supervisor'
  /** The last health checks of the current run, oldest first. */
  healthHistory: HealthResult[]
  /** Values of the references in its config, by their short forms such as `db.port`, as its run was given them. */
  references?: Record<string, string>
  /** Values that the process reported through its `ipc` channel. */
  metrics: Record<string, string | number>
  /** The `ipc` channel. 'gone' after an adoption, or if the process closed it; null without `ipc`. */
  channel: 'open' | 'gone' | null
}

/** Usage of a whole process tree. */
export interface ProcessStats {
  /** MB (2^20 bytes) resident. */
  memory: number
  /** Percent of one core. */
  cpu: number
  /** Seconds. */
  uptime: number
  /** Processes in the tree. */
  processes: number
  /**
   * Bytes over the network since the first request for them, a lower bound; absent if the platform does not report them.
   */
  network?: { bytesIn: number; bytesOut: number }
}
