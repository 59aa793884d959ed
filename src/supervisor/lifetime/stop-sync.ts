import { monotonic } from '../../system/monotonic.ts'
import { askMembers } from '../../system/process/signal-tree.ts'
import { sweepNow } from '../../system/process/sweep.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { Managed } from '../managed.ts'

/** ms between sweeps. */
const SWEEP_EVERY = 10
/** ms after SIGKILL until survivors are left to a daemon. */
const KILL_TIMEOUT = 1000

/**
 * Stops processes in an exit handler, where no event loop runs any more: signals, waits, kills, and sweeps again. A process
 * that is still alive then stays in the state as `stopping`, for a daemon to finish.
 */
export function stopSync(managed: Managed[], trees: Pick<TreeService, 'targetOf'>): void {
  const targets = managed.map(({ process }) => trees.targetOf(process))
  for (const one of managed) one.dispatch({ type: 'stop' })
  const timeouts = managed.map(({ process }) => process.config.stopTimeout)
  const begun = monotonic()
  const signalled = new Set<number>()
  /** When the first SIGKILL was sent to each tree. */
  const killedAt = new Map<number, number>()
  for (;;) {
    // Before the sweep. If this app stood still since, a member may have ended after it.
    const now = monotonic()
    const sweeps = sweepNow(targets)
    let left = 0
    for (const [i, { members }] of sweeps.entries()) {
      const isGivenUp = now - (killedAt.get(i) ?? now) > KILL_TIMEOUT
      if (members.length === 0 || isGivenUp) continue
      left++
      const isDue = killedAt.has(i) || now - begun >= (timeouts[i] ?? 0)
      const signal = isDue ? 'SIGKILL' : (managed[i]?.process.config.stopSignal ?? 'SIGTERM')
      if (signal !== 'SIGKILL' && signalled.has(i)) continue
      signalled.add(i)
      askMembers(targets[i]?.leader ?? null, members, signal)
      if (signal === 'SIGKILL' && !killedAt.has(i)) killedAt.set(i, monotonic())
    }
    if (left === 0) break
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWEEP_EVERY)
  }
  if (sweepNow(targets).some(({ members }) => members.length > 0)) return
  for (const one of managed) {
    const { run } = one.process
    // The exit code is unknown, because the runtime reports it through the event loop only.
    one.dispatch({ type: 'exited', run, code: null, signal: null })
    one.dispatch({ type: 'killed', run, survivors: [] })
  }
}
