import type { Target } from '../model/members.ts'
import { identityOf } from '../system/identity.ts'
import { signalGroup, signalProcess } from '../system/kill.ts'
import { sweepNow } from '../system/sweep.ts'
import type { Managed } from './managed.ts'

const LOOK_EVERY = 10
/** ms that SIGKILL is given. */
const KILL_PATIENCE = 1000

/**
 * Stops processes while the runtime's event loop is over (an exit handler): signal, wait, kill, look again. What then still
 * lives is left in the state as `stopping`, for a daemon to finish.
 */
export function stopSync(managed: Managed[], targetOf: (managed: Managed) => Target): void {
  const targets = managed.map(targetOf)
  for (const one of managed) one.dispatch({ type: 'stop' })
  const timeouts = managed.map(({ process }) => process.config.stopTimeout)
  const begun = Date.now()
  const signalled = new Set<number>()
  for (;;) {
    const sweeps = sweepNow(targets)
    const waited = Date.now() - begun
    let left = 0
    for (const [i, { members }] of sweeps.entries()) {
      const timeout = timeouts[i] ?? 0
      if (members.length === 0 || waited > timeout + KILL_PATIENCE) continue
      left++
      const leader = targets[i]?.leader?.pid ?? 0
      const signal = waited >= timeout ? 'SIGKILL' : (managed[i]?.process.config.stopSignal ?? 'SIGTERM')
      if (signal !== 'SIGKILL' && signalled.has(i)) continue
      signalled.add(i)
      signalGroup(leader, signal)
      for (const member of members) if (member.pgid !== leader) signalProcess(identityOf(member), signal)
    }
    if (left === 0) break
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY)
  }
  if (sweepNow(targets).some(({ members }) => members.length > 0)) return
  for (const one of managed) {
    const { run } = one.process
    // The runtime tells of exit codes through its event loop only.
    one.dispatch({ type: 'exited', run, code: null, signal: null })
    one.dispatch({ type: 'cleared', run, survivors: [], message: '' })
  }
}
