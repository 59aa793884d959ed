import type { HealthRules } from '../config/health-check.ts'

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy'

/** Result of one check. */
export interface HealthResult {
  /** Epoch ms at which the check began. */
  at: number
  ok: boolean
  /** ms that the check took. */
  took: number
  /** The finding, for people: 'HTTP 503', 'connection refused', and the last lines of a script that failed. */
  detail: string
  /** The check itself could not be run, which says nothing about the process. */
  inconclusive?: true
}

/** Health of a run, from all its checks. */
export interface Health {
  /** `starting`: not healthy yet, but not given up either. */
  status: HealthStatus
  /** Failures in a row, as far as they count. */
  failures: number
  /** Epoch ms since when it has this status. */
  since: number
  /** The last results, oldest first, at most ten. */
  history: HealthResult[]
  /** Number of checks so far. Absent before the first, and in the states of older versions. */
  checks?: number
}

/** Results to keep. */
const KEPT = 10
/** ms from the start of a run to its first check. The gap doubles with each check until the process is healthy … */
const FIRST_GAP = 100
/** … up to this. */
const LONGEST_STARTING_GAP = 500

/** The health of a run that has just started. */
export function newHealth(startedAt: number): Health {
  return { status: 'starting', failures: 0, since: startedAt, history: [] }
}

/**
 * Adds a result. One success makes a run healthy, `retries` failures in a row make it unhealthy. While the run starts,
 * checks come faster than `interval`, so that it is ready as soon as possible. But then a failure counts only once per
 * interval, and not at all within `startPeriod`: more frequent checks must not make a slow start fail.
 *
 * @param startedAt epoch ms of the run's start
 */
export function foldHealth(health: Health, result: HealthResult, rules: HealthRules, startedAt: number): Health {
  const checks = (health.checks ?? health.history.length) + 1
  const kept = { history: [...health.history, result].slice(-KEPT), checks }
  if (result.inconclusive) return { ...health, ...kept }
  if (result.ok) return { ...become(health, 'healthy', result.at), failures: 0, ...kept }
  const failures =
    health.status === 'starting' ? failuresWhileStarting(health, result, rules, startedAt) : health.failures + 1
  const unhealthy = failures >= Math.max(1, rules.retries)
  return { ...become(health, unhealthy ? 'unhealthy' : health.status, result.at), failures, ...kept }
}

/** Counts one failure for each interval without a success after the start period. */
function failuresWhileStarting(health: Health, result: HealthResult, rules: HealthRules, startedAt: number): number {
  const intervals = Math.floor((result.at - startedAt - rules.startPeriod) / rules.interval)
  return Math.max(health.failures, Math.min(health.failures + 1, intervals))
}

function become(health: Health, status: HealthStatus, at: number): Health {
  return health.status === status ? health : { ...health, status, since: at }
}

/** ms to the next check, from the end of the last one or from the start of the run. */
export function nextCheckIn(health: Health, { interval }: HealthRules): number {
  if (health.status !== 'starting') return interval
  return Math.min(interval, LONGEST_STARTING_GAP, FIRST_GAP * 2 ** health.history.length)
}
