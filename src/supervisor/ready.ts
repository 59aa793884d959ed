import type { ManagedProcess } from '../model/process.ts'
import { seconds } from '../model/restart.ts'
import type { Input } from '../model/step.ts'
import type { Clock } from '../system/clock.ts'

/** The run that is waited for. */
export interface Starting {
  process: ManagedProcess
  /** Null: the child has no way to tell. */
  channel: unknown
  dispatch(input: Input): void
}

/**
 * Decides when a run is up: with a health check its first success tells, with `ipc` the child's own message, and each must
 * come within `startTimeout`; any other is up when it has lived for `minUptime`. The result ends the wait.
 */
export function awaitReady(starting: Starting, clock: Clock): () => void {
  const { config, run } = starting.process
  const late = (what: string) =>
    clock.after(config.startTimeout, () => {
      starting.dispatch({ type: 'late', run, message: `not ${what} within ${seconds(config.startTimeout)}` })
    })
  if (config.healthCheck) return late('healthy')
  // After an adoption there is no channel any more that could tell.
  if (config.ipc && starting.channel) return late('ready')
  return clock.after(config.minUptime, () => starting.dispatch({ type: 'ready', run, message: 'up' }))
}
