import { hasBegun, wasReady } from '../../model/lifecycle/phase.ts'
import type { Failure } from '../../model/lifecycle/result.ts'
import type { Selection } from '../../model/planning/requests.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { each, outcomeOf, within } from './outcomes.ts'

/** Stops the whole tree of each process with SIGSTOP. Only a process that is ready can be paused. */
export function pause(context: SupervisorContext, selection: Selection): Promise<Outcome[]> {
  return within(context, {}, () => each(context, selection, (managed) => pauseOne(context, managed), true))
}

/** Lets paused processes go on. */
export function resume(context: SupervisorContext, selection: Selection): Promise<Outcome[]> {
  return within(context, {}, () => each(context, selection, (managed) => resumeOne(context, managed)))
}

async function pauseOne(context: SupervisorContext, managed: Managed): Promise<Outcome> {
  const { phase } = managed.process
  if (!wasReady(phase)) return outcomeOf(context, managed, refusal(hasBegun(phase) ? 'still-starting' : 'not-running'))
  managed.dispatch({ type: 'pause' })
  // A second pause at the same time waits for the signals of the first.
  await managed.signalled
  return outcomeOf(context, managed, { result: phase.type === 'paused' ? 'already-paused' : 'paused' })
}

async function resumeOne(context: SupervisorContext, managed: Managed): Promise<Outcome> {
  const { phase } = managed.process
  if (!hasBegun(phase)) return outcomeOf(context, managed, refusal('not-running'))
  managed.dispatch({ type: 'resume' })
  return outcomeOf(context, managed, { result: phase.type === 'paused' ? 'resumed' : 'not-paused' })
}

function refusal(type: 'still-starting' | 'not-running'): Failure {
  return { result: 'failed', code: 'not-running', cause: { type } }
}
