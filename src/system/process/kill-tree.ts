import type { StopSignal } from '../../model/config/config.ts'
import { type Identity, isSameProcess } from '../../model/lifecycle/identity.ts'
import type { Target } from '../../model/tree/members.ts'
import type { Clock } from '../clock.ts'
import { identityOf } from './identity.ts'
import { signalProcess } from './kill.ts'
import type { ProcessEntry } from './proc.ts'
import { askMembers, signalMembers } from './signal-tree.ts'
import type { Sweeper } from './sweep.ts'

/** Time in ms after SIGKILL until the processes that are still alive are reported as survivors. */
const KILL_TIMEOUT = 5000
/** Empty sweeps that count as proof on a machine so busy that something forks during each. */
const EMPTY_LOOKS = 3

export interface KillTreeRequest {
  target: Target
  signal: StopSignal
  /** ms from the signal to SIGKILL. */
  timeout: number
  /** Resolves when the leader has exited, which ends the wait for the next sweep. */
  ended: Promise<void>
}

/**
 * Kills a whole process tree and proves it: all members are recorded before the first signal, signalled, killed after
 * `timeout`, and searched for until a sweep finds none while nothing was forked. Resolves to the survivors.
 */
export async function killTree(request: KillTreeRequest, sweeper: Sweeper, clock: Clock): Promise<ProcessEntry[]> {
  const { signal, timeout } = request
  const target = { ...request.target, known: [...request.target.known] }
  const begun = clock.monotonic()
  let killedAt: number | null = null
  let signalled = false
  let empty = 0
  for (let round = 0; ; round++) {
    // Before the sweep. If this program stood still since, a member may have ended after it.
    const now = clock.monotonic()
    const { members, noForks } = await sweeper.sweep(target)
    if (members.length === 0) {
      empty++
      if (noForks || empty >= EMPTY_LOOKS) return []
      continue
    }
    empty = 0
    const newcomers = addKnown(target, members)
    if (killedAt !== null && now - killedAt >= KILL_TIMEOUT) return members
    if (killedAt !== null || signal === 'SIGKILL' || now - begun >= timeout) {
      signalMembers(target.leader, members, 'SIGKILL')
      killedAt ??= clock.monotonic()
    } else if (!signalled) askMembers(target.leader, members, signal)
    // Only processes forked since the signal, since a second one makes some programs exit without cleaning up.
    else for (const member of newcomers) signalProcess(identityOf(member), signal)
    await pause(clock, signalled ? Math.min(5 * 2 ** round, 100) : 20, signalled ? undefined : request.ended)
    signalled = true
  }
}

/** Records the members that are new to the target, and returns them. */
function addKnown(target: { known: Identity[] }, members: ProcessEntry[]): ProcessEntry[] {
  const newcomers = members.filter((member) => !target.known.some((known) => isSameProcess(known, member)))
  target.known.push(...newcomers.map(identityOf))
  return newcomers
}

function pause(clock: Clock, ms: number, ended: Promise<void> | undefined): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve)
    ended?.then(() => {
      cancel()
      resolve()
    })
  })
}
