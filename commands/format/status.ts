import type { ProcessState, ProcessStatus, ProgramStatus } from '../../src/index.ts'
import type { Color } from './color.ts'
import { duration, shortTime } from './units.ts'

interface Look {
  symbol: 'up' | 'busy' | 'paused' | 'rest' | 'failed'
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
const BLOCKED: Look = { symbol: 'up', color: 'yellow' }
const PAUSED: Look = { symbol: 'paused', color: 'magenta' }
const SCHEDULED: Look = { symbol: 'rest', color: 'cyan' }

/** What the status of a process is told by. */
export type StatusFacts = Pick<
  ProcessState,
  | 'status'
  | 'phase'
  | 'frozen'
  | 'program'
  | 'waitingFor'
  | 'health'
  | 'reason'
  | 'retryAt'
  | 'failures'
  | 'maxRestarts'
>

export function lookOf(state: StatusFacts): Look {
  if (state.phase === 'paused') return PAUSED
  if ((state.health === 'unhealthy' || state.frozen) && state.status === 'running') return UNHEALTHY
  if (state.program?.state === 'blocked' && state.status === 'running') return BLOCKED
  return state.phase === 'scheduled' ? SCHEDULED : LOOKS[state.status]
}

/**
 * The status in a few words: `running (healthy)`, `waiting for db`, `restarting in 4s (3/10)`, `scheduled, next 14:05`,
 * `completed`, `paused`, `running (frozen)`, `running, blocked: Deploy?`. `now` is epoch ms.
 */
export function statusText(state: StatusFacts, now: number): string {
  const said = programText(state.program)
  return said === '' ? ownText(state, now) : `${ownText(state, now)}, ${said}`
}

/** What the program says about itself: `working 40%`, `blocked: Deploy?`. */
function programText(program: ProgramStatus | null): string {
  if (!program) return ''
  const { state, progress, kind, message, title } = program
  const words = progress === null ? state : `${state} ${progress}%`
  const more = message ?? title ?? kind
  return more === null ? words : `${words}: ${more}`
}

function ownText(state: StatusFacts, now: number): string {
  const { status, phase, health, reason, retryAt } = state
  if (saysReason(state)) return reason
  if (state.frozen) return `${status} (frozen)`
  switch (status) {
    case 'running':
      return health === 'healthy' || health === 'unhealthy' ? `running (${health})` : status
    case 'restarting':
      if (retryAt === null) return status
      return phase === 'scheduled' ? `scheduled, next ${shortTime(retryAt, now)}` : countdown(state, retryAt, now)
    default:
      return status
  }
}

/** Where the reason tells more than the status, it stands in its place. */
export function saysReason({ phase, waitingFor }: StatusFacts): boolean {
  return phase === 'completed' || phase === 'paused' || waitingFor !== null
}

function countdown({ failures, maxRestarts }: StatusFacts, retryAt: number, now: number): string {
  // Rounded up, so that it does not show 0s too early.
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000))
  return `restarting in ${duration(seconds)} (${maxRestarts === 'unlimited' ? failures : `${failures}/${maxRestarts}`})`
}
