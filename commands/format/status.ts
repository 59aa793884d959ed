import type { ProcessState, ProcessStatus } from '../../src/index.ts'
import type { Color } from './color.ts'
import { duration } from './units.ts'

interface Look {
  symbol: string
  color: Color
}

const LOOKS: Record<ProcessStatus, Look> = {
  running: { symbol: '●', color: 'green' },
  starting: { symbol: '◐', color: 'cyan' },
  stopping: { symbol: '◐', color: 'cyan' },
  restarting: { symbol: '◐', color: 'yellow' },
  stopped: { symbol: '○', color: 'gray' },
  crashed: { symbol: '✖', color: 'red' },
  error: { symbol: '✖', color: 'red' },
}

export function lookOf(status: ProcessStatus): Look {
  return LOOKS[status]
}

type StatusFacts = Pick<ProcessState, 'status' | 'retryAt' | 'restarts' | 'maxRestarts'>

/** The status in a few words; a restart that waits says for how long: `restarting in 4s (3/10)`. `now` is epoch ms. */
export function statusText(state: StatusFacts, now: number): string {
  if (state.status !== 'restarting' || state.retryAt === null) return state.status
  // Rounded up, so that a countdown does not say 0s while there is still time.
  const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000))
  return `restarting in ${duration(seconds)} (${state.restarts}/${state.maxRestarts})`
}
