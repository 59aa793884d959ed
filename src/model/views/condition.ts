import type { ProcessState } from './state.ts'

/**
 * The states that `waitFor` and `ps wait` can wait for. `ready`: running, and healthy if the process has a health check.
 */
export type Condition = 'ready' | 'healthy' | 'running' | 'stopped' | 'completed'

export const CONDITIONS: readonly Condition[] = ['ready', 'healthy', 'running', 'stopped', 'completed']

/** Whether a process meets a condition. A sentence if it cannot meet it any more unless somebody acts. */
export function meets(state: ProcessState, condition: Condition): boolean | string {
  const { status, phase, wanted } = state
  const up = status === 'running' && phase !== 'paused' && (state.health === null || state.health === 'healthy')
  const met: Record<Condition, boolean> = {
    ready: up,
    healthy: up,
    running: status === 'running',
    stopped: state.pid === null && wanted === 'down' && status !== 'stopping',
    completed: status === 'stopped' && state.exitCode === 0,
  }
  if (met[condition]) return true
  if (condition === 'stopped') return false
  const over = status === 'error' || (wanted === 'down' && (status === 'stopped' || status === 'crashed'))
  return over ? `is ${status}${state.reason ? `: ${state.reason}` : ''}` : false
}
