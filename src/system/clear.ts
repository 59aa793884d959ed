import type { StopSignal } from '../model/config.ts'
import type { Target } from '../model/members.ts'
import type { Identity } from '../model/process.ts'
import type { Clock } from './clock.ts'
import { identityOf } from './identity.ts'
import { signalGroup, signalProcess } from './kill.ts'
import type { ProcessEntry } from './proc.ts'
import type { Sweeper } from './sweep.ts'

/** How long SIGKILL is given, in ms, before what still lives is reported. */
const KILL_PATIENCE = 5000
/** Empty looks that settle it on a machine so busy that something forks during each. */
const EMPTY_LOOKS = 3

export interface ClearRequest {
  target: Target
  signal: StopSignal
  /** ms from the signal to SIGKILL. */
  timeout: number
  /** Resolves when the leader has ended; spares waiting for the next look. */
  ended: Promise<void>
}

/**
 * Ends a whole process tree and proves it: everything is noted before the first signal, then signalled, after `timeout`
 * killed, and looked for until a look finds nothing while nothing was forked. Resolves what could not be ended.
 */
export async function clearTree(request: ClearRequest, sweeper: Sweeper, clock: Clock): Promise<ProcessEntry[]> {
  const { signal, timeout } = request
  const target = { ...request.target, known: [...request.target.known] }
  const begun = clock.now()
  let signalled = false
  let empty = 0
  for (let look = 0; ; look++) {
    const { members, still } = await sweeper.sweep(target)
    if (members.length === 0) {
      empty++
      if (still || empty >= EMPTY_LOOKS) return []
      continue
    }
    empty = 0
    const newcomers = remember(target, members)
    const waited = clock.now() - begun
    if (waited >= timeout + KILL_PATIENCE) return members
    if (waited >= timeout || signal === 'SIGKILL') send(target, members, 'SIGKILL')
    else if (!signalled) send(target, members, signal)
    // Forked meanwhile: each for itself, since to some programs a second signal means to hurry.
    else for (const member of newcomers) signalProcess(identityOf(member), signal)
    await pause(clock, signalled ? Math.min(5 * 2 ** look, 100) : 20, signalled ? undefined : request.ended)
    signalled = true
  }
}

/** The group at once, so that a leader cannot outrun the signal by forking; then those that have left the group. */
function send(target: Target, members: ProcessEntry[], signal: NodeJS.Signals): void {
  const leader = target.leader?.pid ?? 0
  const grouped = members.filter((member) => member.pgid === leader)
  if (grouped.length > 0) signalGroup(leader, signal)
  for (const member of members) if (member.pgid !== leader) signalProcess(identityOf(member), signal)
}

/** Notes what is seen for the first time, and gives it back. */
function remember(target: { known: Identity[] }, members: ProcessEntry[]): ProcessEntry[] {
  const newcomers = members.filter(
    (member) => !target.known.some(({ pid, startTime }) => pid === member.pid && startTime === member.startTime),
  )
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

/** 'pid 4711 (node), pid 4712 (sh)'. */
export function nameMembers(members: ProcessEntry[]): string {
  return members.map(({ pid, name }) => `pid ${pid} (${name})`).join(', ')
}
