import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { Failure } from '../../model/lifecycle/result.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SignalRequest } from '../../protocol/inputs.ts'
import { identityOf, isAlive } from '../../system/process/identity.ts'
import { signalProcess } from '../../system/process/kill.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { each, outcomeOf } from './outcomes.ts'

/** Sends a signal to running processes. The outcome of a process that does not run has the code `not-running`. */
export function signal(context: SupervisorContext, request: SignalRequest): Promise<Outcome[]> {
  return each(context, request, (managed) => signalOne(context, managed, request), true)
}

/** Signals the leader of a run, or every living member of its tree, but never another program that has its pid now. */
async function signalOne(
  context: SupervisorContext,
  managed: Managed,
  { signal, tree }: Pick<SignalRequest, 'signal' | 'tree'>,
): Promise<Outcome> {
  const { config, run, phase } = managed.process
  const leader = leaderOf(phase)
  if (leader === null || !isAlive(leader)) return outcomeOf(context, managed, NOT_RUNNING)
  const members = tree ? context.trees.members(managed.process).map(identityOf) : [leader]
  const reached = members.filter((member) => signalProcess(member, signal))
  if (reached.length === 0) {
    const refused = { result: 'failed', code: 'internal', cause: { type: 'signal-refused', signal } } as const
    return outcomeOf(context, managed, isAlive(leader) ? refused : NOT_RUNNING)
  }
  const cause = { type: 'signal', signal, reached: tree ? reached.length : null } as const
  context.events.emit({ name: config.name, run, type: 'signal', cause, signal, pid: leader.pid })
  return outcomeOf(context, managed, { result: 'signalled', cause })
}

const NOT_RUNNING: Failure = { result: 'failed', code: 'not-running', cause: { type: 'not-running' } }
