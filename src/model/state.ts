import type { ResolvedProcess } from './config.ts'
import type { HealthResult, HealthStatus } from './health.ts'
import type { ProcessStatus, RunExit, Wanted } from './process.ts'

/** What users see of a process: `status()`, `list()`, `ps list --json`. */
export interface ProcessState {
  name: string
  group: string | null
  /** Declared name of which this is one of several instances. */
  instanceOf: string | null
  status: ProcessStatus
  wanted: Wanted
  /** `null` while nothing runs. */
  pid: number | null
  /** Automatic restarts since the last start by hand. */
  restarts: number
  /** Seconds since the current run started; 0 while nothing runs. */
  uptime: number
  /** Percent of one core, whole tree; `null` while nothing runs. */
  cpu: number | null
  /** MB (2^20 bytes) resident, whole tree; `null` while nothing runs. */
  memory: number | null
  /** Exit code of the last run that ended; `null`: none yet, ended by a signal, or unknown. */
  exitCode: number | null
  /** Signal that ended the last run. */
  exitSignal: string | null
  run: number
  /** Epoch ms of the current run's start. */
  startedAt: number | null
  /** Epoch ms of the next try while `restarting`. */
  retryAt: number | null
  /** Restarts allowed in a row. */
  maxRestarts: number
  /** Null without a health check or while nothing runs. */
  health: HealthStatus | null
  /** Failures in a row, which `maxRestarts` is about. */
  failures: number
  /** Restarts when files change. */
  watch: boolean
  /** Names that it depends on, as declared. */
  dependsOn: string[]
  /** What it listens on, as told by `port`. */
  port: number | null
  reason: string
  lastExit: RunExit | null
  /** Taken over from an earlier supervisor. */
  adopted: boolean
  /** Ends with the app that started it. */
  owned: boolean
  command: string
  cwd: string
  logFile: string
  errorFile: string
}

/** `status(name)`: the state with the config. */
export interface ProcessDetail extends ProcessState {
  /** With every default applied, paths absolute and the command line split. */
  config: ResolvedProcess
  /** Whose environment the current run inherited: 'start' (the command that started it) or 'supervisor' (after a recovery). */
  environment: 'start' | 'supervisor'
  /** The last health checks of the current run, oldest first. */
  healthHistory: HealthResult[]
  /** What the process told of itself through its `ipc` channel. */
  metrics: Record<string, string | number>
  /** The `ipc` channel: 'gone' after an adoption, or when the process closed it; null: it has none. */
  channel: 'open' | 'gone' | null
  /** File that the process seems to change itself, so that watching was suspended. */
  suspendedBy: string | null
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
  /** Bytes over the network since somebody first asked, a lower bound; absent where the platform does not tell. */
  network?: { bytesIn: number; bytesOut: number }
}
