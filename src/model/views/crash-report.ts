import type { ResolvedProcess } from '../config/config.ts'
import type { EventCause } from '../lifecycle/events.ts'
import type { LogLine } from './logs.ts'

/** In the place of the value of an inherited variable, which is not kept. */
export const INHERITED = '(inherited)'

/** A crash report in a list. */
export interface CrashBrief {
  /** Process name and number of the run: `web-14`. */
  id: string
  name: string
  run: number
  /** Epoch ms of the end. */
  time: number
  /** Why the run ended, or was not spawned: 'exited with 1 after 3.2 s'. */
  message: string
  cause: EventCause | null
  exitCode: number | null
  signal: string | null
  /** Failures in a row up to this one. Of several, only the first and the last are kept. */
  failures: number
}

/** What was known of a run that crashed. All secrets are masked. */
export interface CrashReport extends CrashBrief {
  /** Epoch ms; null if it was not spawned. */
  startedAt: number | null
  /** ms that the run lasted. */
  lasted: number
  pid: number | null
  /** Id of the first report of these failures in a row; null if this is it. */
  first: string | null
  /** Version of the supervisor, and its runtime. */
  supervisor: string
  /** The events that led to it, last first. */
  causes: CrashCause[]
  /** The last lines of the run, oldest first. */
  stdout: LogLine[]
  stderr: LogLine[]
  /** Its tree when somebody last looked; null if nobody did. */
  tree: LastTree | null
  /** Of most variables that it inherited only the name, with `(inherited)`. */
  environment: Record<string, string>
  config: ResolvedProcess
  /** The commit that was checked out when it started; null outside of a git repository. */
  git: GitHead | null
  /** What differs from the last run that came up and stayed up; null if there was none. */
  since: SinceGood | null
}

export interface CrashCause {
  /** Epoch ms. */
  time: number
  message: string
  /** How often in a row. */
  times: number
  /** The last error that the process itself logged. */
  lastError: string | null
}

export interface LastTree {
  /** Epoch ms. */
  at: number
  members: { pid: number; ppid: number; command: string[] }[]
}

export interface GitHead {
  /** Null before the first commit, or if it cannot be read. */
  commit: string | null
  /** Null if none is checked out. */
  branch: string | null
}

export interface SinceGood {
  run: number
  /** Epoch ms of its start. */
  startedAt: number
  git: GitHead | null
  /** Settings with other values, by path: `env.PORT`. Absent values are null. */
  changes: { setting: string; before: unknown; after: unknown }[]
}

/** A run that came up and stayed up. */
export interface GoodRun extends Pick<SinceGood, 'run' | 'startedAt' | 'git'> {
  /** Masked. */
  config: ResolvedProcess
  /** Hashes of the masked values by path, which tell whether one has changed. */
  secrets: Record<string, string>
}

export function briefOf(report: CrashReport): CrashBrief {
  const { id, name, run, time, message, cause, exitCode, signal, failures } = report
  return { id, name, run, time, message, cause, exitCode, signal, failures }
}
