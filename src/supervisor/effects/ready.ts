import { type Activity, hasBooted } from '../../model/lifecycle/boot.ts'
import type { Input } from '../../model/lifecycle/inputs.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import type { Clock } from '../../system/clock.ts'

/** A run that is not ready yet. */
export interface Starting {
  process: ManagedProcess
  /** Null if the child cannot send messages. */
  channel: unknown
  dispatch(input: Input): void
}

/** ms after which a run counts as ready where nobody can see what it does. */
const UNSEEN = 1000
/** ms between attempts to connect to a port that is about to be shared. */
const LISTENS_EVERY = 25
/** ms between looks at a tree that still boots. */
const LOOK_EVERY = 100

/**
 * Decides when a run is ready: with a health check at its first success, with `ipc` at the message of the child, each
 * within `startTimeout` (after that the start fails, or with `onStartTimeout` the run counts as ready); otherwise when it has
 * lived for `minUptime` and no longer boots, or a `daemon` when its command has ended. Returns a function that ends the wait.
 *
 * @param look what its tree does; null if that is unknown
 */
export function awaitReady(starting: Starting, clock: Clock, look: () => Activity | null): () => void {
  const { config, run, port } = starting.process
  const { onStartTimeout, startTimeout: within } = config
  const expect = (awaited: 'healthy' | 'ready' | 'listening') =>
    clock.after(within, () =>
      starting.dispatch(
        onStartTimeout === 'ready'
          ? { type: 'ready', run, cause: { type: 'uptime' } }
          : { type: 'ready-timeout', run, awaited, within },
      ),
    )
  if (config.healthCheck) return expect('healthy')
  // After an adoption there is no channel for the message.
  if (config.ipc && starting.channel) return expect('ready')
  // Its program in the background makes it ready.
  if (config.daemon) return expect('ready')
  if (config.share && port !== null) {
    const cancel = expect('listening')
    const end = awaitListener(port, config.minUptime, clock, () =>
      starting.dispatch({ type: 'ready', run, cause: { type: 'uptime' } }),
    )
    return () => {
      cancel()
      end()
    }
  }
  return awaitBoot(config, clock, look, () => starting.dispatch({ type: 'ready', run, cause: { type: 'uptime' } }))
}

/** Calls `ready` when a run has lived for `minUptime`, and something accepts connections on its port. */
function awaitListener(port: number, minUptime: number, clock: Clock, ready: () => void): () => void {
  let isOver = false
  let cancel = () => {}
  const look = async () => {
    // Loaded late: few supervisors need it.
    const { acceptsConnections } = await import('../../system/net/accepts.ts')
    const accepts = await acceptsConnections(port)
    if (isOver) return
    if (accepts) ready()
    else cancel = clock.after(LISTENS_EVERY, look)
  }
  cancel = clock.after(minUptime, look)
  return () => {
    isOver = true
    cancel()
  }
}

/** Calls `ready` when a run has lived for `minUptime` and has booted; after `startTimeout` in any case. */
function awaitBoot(
  { minUptime, startTimeout }: ManagedProcess['config'],
  clock: Clock,
  look: () => Activity | null,
  ready: () => void,
): () => void {
  const begun = clock.monotonic()
  const gap = Math.min(LOOK_EVERY, minUptime)
  let cancel = () => {}
  const check = (before: Activity) => {
    const now = look()
    const isOver = minUptime === 0 || clock.monotonic() - begun >= startTimeout
    if (!now || isOver || hasBooted(before, now, minUptime)) return ready()
    cancel = clock.after(LOOK_EVERY, () => check(now))
  }
  cancel = clock.after(minUptime - gap, () => {
    const first = look()
    if (first) cancel = clock.after(gap, () => check(first))
    else cancel = clock.after(Math.max(minUptime, UNSEEN) - minUptime + gap, ready)
  })
  return () => cancel()
}
