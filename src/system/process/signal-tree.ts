import type { Identity } from '../../model/lifecycle/identity.ts'
import type { Target } from '../../model/tree/members.ts'
import { identityOf } from './identity.ts'
import { signalGroup, signalProcess } from './kill.ts'
import type { ProcessEntry } from './proc.ts'
import { type Sweeper, sweepNow } from './sweep.ts'

/** Sweeps without a newcomer that count as proof on a machine so busy that something forks during each. */
const QUIET_LOOKS = 3

/** Signals the group as a whole, so that a leader cannot outrun the signal by forking, then members outside the group. */
export function signalMembers(leader: Identity | null, members: ProcessEntry[], signal: NodeJS.Signals): void {
  const pid = leader?.pid ?? 0
  if (members.some(({ pgid }) => pgid === pid)) signalGroup(pid, signal)
  for (const member of members) if (member.pgid !== pid) signalProcess(identityOf(member), signal)
}

/** Asks members to end. SIGCONT follows, as in shells, since a stopped process handles no other signal before it. */
export function askMembers(leader: Identity | null, members: ProcessEntry[], signal: NodeJS.Signals): void {
  signalMembers(leader, members, signal)
  signalMembers(leader, members, 'SIGCONT')
}

/**
 * Stops a whole process tree with SIGSTOP. It sweeps until it finds no new member, since a member that is not
 * stopped yet can fork.
 *
 * @param isWanted asked before each signal
 */
export async function pauseTree(target: Target, sweeper: Sweeper, isWanted: () => boolean): Promise<void> {
  const stopped = new Set<string>()
  let quiet = 0
  while (quiet < QUIET_LOOKS) {
    const { members, noForks } = await sweeper.sweep(target)
    if (!isWanted()) return
    const newcomers = members.filter(({ pid, startTime }) => !stopped.has(`${pid}:${startTime}`))
    if (newcomers.length === 0 && noForks) return
    quiet = newcomers.length === 0 ? quiet + 1 : 0
    signalMembers(target.leader, newcomers, 'SIGSTOP')
    for (const { pid, startTime } of newcomers) stopped.add(`${pid}:${startTime}`)
  }
}

/** Lets a whole process tree go on. One sweep is enough, since stopped processes cannot fork. */
export function continueTree(target: Target): void {
  const [sweep] = sweepNow([target])
  signalMembers(target.leader, sweep?.members ?? [], 'SIGCONT')
}
