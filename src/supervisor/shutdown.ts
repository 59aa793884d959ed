import type { Clock } from '../system/clock.ts'
import type { Managed } from './managed.ts'

/** Part of `stopTimeout` that the message is given before the signal. */
const SHARE = 0.5

/**
 * Asks a child by message to shut down, where there is a channel, and waits for its end, at most for half of `timeout`.
 * Resolves the ms that it waited.
 */
export async function askToShutDown(
  managed: Managed,
  timeout: number,
  ended: Promise<void>,
  clock: Clock,
): Promise<number> {
  if (!managed.channel?.send({ type: 'shutdown' })) return 0
  const begun = clock.now()
  await new Promise<void>((resolve) => {
    const cancel = clock.after(timeout * SHARE, resolve)
    void ended.then(() => {
      cancel()
      resolve()
    })
  })
  return clock.now() - begun
}
