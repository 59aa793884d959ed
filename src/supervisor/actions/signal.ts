import type { Outcome, SignalRequest } from '../../model/control.ts'
import { identityOf, isAlive } from '../../system/identity.ts'
import { signalProcess } from '../../system/kill.ts'
import { sweepNow } from '../../system/sweep.ts'
import type { Managed } from '../managed.ts'
import type { ActionParts } from './parts.ts'

/** Signals the leader of a run, or every living member of its tree. Nothing else is reached, whatever has its pid by now. */
export async function signal(
  parts: ActionParts,
  managed: Managed,
  { signal, tree }: Pick<SignalRequest, 'signal' | 'tree'>,
): Promise<Outcome> {
  const { identity } = managed.process
  if (identity === null || !isAlive(identity)) {
    return parts.outcome(managed, { ok: false, message: 'not running', code: 'not-running' })
  }
  const members = tree ? (sweepNow([parts.targetOf(managed.process)])[0]?.members ?? []).map(identityOf) : [identity]
  const reached = members.filter((member) => signalProcess(member, signal))
  if (reached.length === 0) {
    const message = isAlive(identity) ? `${signal} could not be sent: it may belong to another user` : 'not running'
    return parts.outcome(managed, { ok: false, message, code: isAlive(identity) ? 'internal' : 'not-running' })
  }
  const message = `${signal} sent${tree ? ` to ${reached.length} ${reached.length === 1 ? 'process' : 'processes'}` : ''}`
  parts.signalled(managed, signal, message)
  return parts.outcome(managed, { ok: true, message })
}
