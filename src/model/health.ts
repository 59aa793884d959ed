import type { HealthRules } from './config.ts'

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy'

/** How one check went. */
export interface HealthResult {
  /** Epoch ms at which the check began. */
  at: number
  ok: boolean
  /** ms it took. */
  took: number
  /** What was found, for people: 'HTTP 503', 'connection refused'; of a script that failed, its last lines too. */
  detail: string
}

/** What the checks of one run say together. */
export interface Health {
  /** `starting`: never healthy so far, and not given up. */
  status: HealthStatus
  /** Failures in a row that count. */
  failures: number
  /** Epoch ms since which it has this status. */
  since: number
  /** The last results, oldest first, at most ten. */
  history: HealthResult[]
}

/** Results that are kept. */
const KEPT = 10
/** ms from the start of a run to its first check; the gap doubles up to the longest until the process is healthy. */
const FIRST_GAP = 100
const LONGEST_STARTING_GAP = 500

/** The health of a run that has just started. */
export function newHealth(startedAt: number): Health {
  return { status: 'starting', failures: 0, since: startedAt, history: [] }
}

/**
 * Adds a result. One success makes it healthy; `retries` failures in a row make it unhealthy. While it starts, checks come
 * faster than `interval` so that it is ready as soon as it can be, but a failure counts once an interval only, and not at
 * all within `startPeriod`: a slow start is not judged more harshly for being looked at more often.
 *
 * @param startedAt epoch ms of the run's start
 */
export function foldHealth(health: Health, result: HealthResult, rules: HealthRules, startedAt: number): Health {
  const history = [...health.history, result].slice(-KEPT)
  if (result.ok) return { ...become(health, 'healthy', result.at), failures: 0, history }
  const failures =
    health.status === 'starting' ? failuresWhileStarting(health, result, rules, startedAt) : health.failures + 1
  const unhealthy = failures >= Math.max(1, rules.retries)
  return { ...become(health, unhealthy ? 'unhealthy' : health.status, result.at), failures, history }
}

/** One more for each interval after the grace period that ended without a success. */
function failuresWhileStarting(health: Health, result: HealthResult, rules: HealthRules, startedAt: number): number {
  const intervals = Math.floor((result.at - startedAt - rules.startPeriod) / rules.interval)
  return Math.max(health.failures, Math.min(health.failures + 1, intervals))
}

function become(health: Health, status: HealthStatus, at: number): Health {
  return health.status === status ? health : { ...health, status, since: at }
}

/** ms from the end of the last check, or from the start of the run, to the next check. */
export function nextCheckIn(health: Health, { interval }: HealthRules): number {
  if (health.status !== 'starting') return interval
  return Math.min(interval, LONGEST_STARTING_GAP, FIRST_GAP * 2 ** health.history.length)
}
