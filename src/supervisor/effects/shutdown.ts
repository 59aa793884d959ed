import type { Clock } from '../../system/clock.ts'
import type { Managed } from '../managed.ts'

/** Part of `stopTimeout` that a child gets after the message, before the signal. */
const SHARE = 0.5

/**
 * Asks a child by message to shut down, if there is a channel, and waits for its end. Resolves to the ms that it waited.
 */
export async function askToShutDown(
  managed: Managed,
  timeout: number,
  ended: Promise<void>,
  clock: Clock,
): Promise<number> {
  if (!managed.channel?.send({ type: 'shutdown' })) return 0
  const begun = clock.monotonic()
  await new Promise<void>((resolve) => {
    const cancel = clock.after(timeout * SHARE, resolve)
    void ended.then(() => {
      cancel()
      resolve()
    })
  })
  return clock.monotonic() - begun
}
