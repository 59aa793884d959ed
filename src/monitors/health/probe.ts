import type { Health, HealthResult } from '../../model/health.ts'
import type { LogSource } from '../../model/logs.ts'
import type { Target } from '../../model/members.ts'
import type { LogStart } from '../../model/process.ts'
import type { Clock } from '../../system/clock.ts'
import type { Sweeper } from '../../system/sweep.ts'

/** The run that is checked. */
export interface HealthTarget {
  /** What its processes are recognised by. */
  tree: Target
  cwd: string
  /** The environment that it was started with. */
  env: Record<string, string>
  source: LogSource
  /** Offsets in its log files at which this run's output begins. */
  logStart: LogStart
  /** Epoch ms. */
  startedAt: number
  /** What earlier checks of this run said; `newHealth(startedAt)` for a run that has just started. */
  health: Health
}

export interface HealthDeps {
  clock: Clock
  sweeper: Sweeper
}

export type Report = (result: HealthResult) => void

/** What one check found. */
export type Finding = Pick<HealthResult, 'ok' | 'detail'>

/** Checks once. Settles soon after `signal` aborts; what it found until then is of interest still. */
export type Probe = (signal: AbortSignal) => Promise<Finding>
