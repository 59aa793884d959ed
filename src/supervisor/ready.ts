import { seconds } from '../model/restart.ts'
import type { Clock } from '../system/clock.ts'
import type { Managed } from './managed.ts'

/**
 * Decides when a run is up: with a health check its first success tells, with `ipc` the child's own message, and each must
 * come within `startTimeout`; any other is up when it has lived for `minUptime`. The result ends the wait.
 */
export function awaitReady(managed: Managed, clock: Clock): () => void {
  const { config, run } = managed.process
  const late = (what: string) =>
    clock.after(config.startTimeout, () => {
      managed.dispatch({ type: 'late', run, message: `not ${what} within ${seconds(config.startTimeout)}` })
    })
  if (config.healthCheck) return late('healthy')
  // After an adoption there is no channel any more that could tell.
  if (config.ipc && managed.channel) return late('ready')
  return clock.after(config.minUptime, () => managed.dispatch({ type: 'ready', run, message: 'up' }))
}
