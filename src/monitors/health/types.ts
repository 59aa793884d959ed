import type { Health, HealthResult } from '../../model/lifecycle/health.ts'
import type { LogStart } from '../../model/lifecycle/process.ts'
import type { Target } from '../../model/tree/members.ts'
import type { LogSource } from '../../model/views/logs.ts'
import type { Clock } from '../../system/clock.ts'
import type { Sweeper } from '../../system/process/sweep.ts'

/** The run to check. */
export interface HealthTarget {
  tree: Target
  cwd: string
  /** The environment that the run was started with. */
  env: Record<string, string>
  source: LogSource
  /** Offsets in its log files at which this run's output begins. */
  logStart: LogStart
  /** Epoch ms. */
  startedAt: number
  /** Result of earlier checks of this run; `newHealth(startedAt)` if the run has just started. */
  health: Health
}

export interface HealthDeps {
  clock: Clock
  sweeper: Sweeper
}

export type Report = (result: HealthResult) => void

/** Result of one check. */
export type Finding = Pick<HealthResult, 'ok' | 'detail' | 'inconclusive'>

/** Checks once. Settles soon after `signal` aborts, with what it has found so far. */
export type Check = (signal: AbortSignal) => Promise<Finding>
