import type { ProcessState, ProcessStatus } from '../../src/index.ts'
import type { Color } from './color.ts'
import { duration, shortTime } from './units.ts'

interface Look {
  symbol: 'up' | 'busy' | 'rest' | 'failed'
  color: Color
}

const LOOKS: Record<ProcessStatus, Look> = {
  running: { symbol: 'up', color: 'green' },
  starting: { symbol: 'busy', color: 'cyan' },
  stopping: { symbol: 'busy', color: 'cyan' },
  restarting: { symbol: 'busy', color: 'yellow' },
  stopped: { symbol: 'rest', color: 'gray' },
  crashed: { symbol: 'failed', color: 'red' },
  error: { symbol: 'failed', color: 'red' },
}
const UNHEALTHY: Look = { symbol: 'up', color: 'red' }
const SCHEDULED: Look = { symbol: 'rest', color: 'cyan' }

type StatusFacts = Pick<ProcessState, 'status' | 'health' | 'reason' | 'retryAt' | 'failures' | 'maxRestarts'>

export function lookOf(state: StatusFacts): Look {
  if (state.health === 'unhealthy' && state.status === 'running') return UNHEALTHY
  return isScheduled(state) ? SCHEDULED : LOOKS[state.status]
}

/**
 * What is going on, in a few words: `running (healthy)`, `waiting for db`, `restarting in 4s (3/10)`, `scheduled, next 14:05`,
 * `completed`. `now` is epoch ms.
 */
export function statusText(state: StatusFacts, now: number): string {
  const { status, health, reason, retryAt } = state
  switch (status) {
    case 'running':
      return health === 'healthy' || health === 'unhealthy' ? `running (${health})` : status
    case 'starting':
      return reason.startsWith('waiting for ') ? reason : status
    case 'stopped':
      return reason.startsWith('completed') ? reason : status
    case 'restarting':
      if (retryAt === null) return status
      return isScheduled(state) ? `scheduled, next ${shortTime(retryAt, now)}` : countdown(state, retryAt, now)
    default:
      return status
  }
}

function isScheduled({ status, reason }: StatusFacts): boolean {
  return status === 'restarting' && reason === 'scheduled'
}

function countdown({ failures, maxRestarts }: StatusFacts, retryAt: number, now: number): string {
  // Rounded up, so that it does not say 0s while there is still time.
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000))
  return `restarting in ${duration(seconds)} (${failures}/${maxRestarts})`
}
