import { baseOf } from '../../model/config/instances.ts'
import { isForwarder } from '../../model/config/share.ts'
import { goalOfStop } from '../../model/lifecycle/goal.ts'
import type { Result } from '../../model/lifecycle/result.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { RemoveRequest, StopRequest } from '../../protocol/inputs.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { applied, outcomeOf, within } from './outcomes.ts'
import { stopInOrder } from './stop-in-order.ts'
import { type Deadline, waitForGoal } from './wait-for-goal.ts'

/** Stops processes, those that depend on others first. */
export async function stop(context: SupervisorContext, request: StopRequest): Promise<Outcome[]> {
  const names = context.processes.select(request)
  return within(context, request, (deadline) =>
    stopInOrder(context, names, deadline, (managed) => stopOne(context, managed, request.comesBack)),
  )
}

/** Stops processes in the same order, and forgets each that is gone. */
export async function remove(context: SupervisorContext, request: RemoveRequest): Promise<Outcome[]> {
  const names = context.processes.select(request)
  return within(context, request, (deadline) => removeAll(context, names, deadline, request.logs))
}

/** Removes processes as a part of another command. */
export function removeAll(
  context: SupervisorContext,
  names: string[],
  deadline: Deadline,
  logs = false,
): Promise<Outcome[]> {
  return stopInOrder(context, names, deadline, (managed) => removeOne(context, managed, logs))
}

/** Removes processes that exist under a declared name although its config now says another number of instances. */
export async function removeUndeclared(
  context: SupervisorContext,
  names: string[],
  deadline: Deadline,
): Promise<Outcome[]> {
  const outcomes = await removeAll(context, names, deadline)
  return outcomes.map((outcome) => applied(outcome, { name: outcome.name, action: 'remove', changes: [] }))
}

async function stopOne(context: SupervisorContext, managed: Managed, comesBack = false): Promise<Outcome> {
  const before = managed.process
  managed.dispatch({ type: 'stop', ...(comesBack && { comesBack }) })
  return outcomeOf(context, managed, await waitForGoal(managed, goalOfStop(before)))
}

async function removeOne(context: SupervisorContext, managed: Managed, logs: boolean): Promise<Outcome> {
  const outcome = await stopOne(context, managed)
  if (!outcome.ok) return outcome
  if (!context.registry.remove(managed)) {
    return outcomeOf(context, managed, { result: 'failed', code: 'stop-failed', cause: { type: 'started-again' } })
  }
  context.store.changed()
  const { config, run } = managed.process
  if (isForwarder(config)) context.shared.remove(baseOf(config))
  context.events.emit({ name: config.name, run, type: 'remove' })
  // A removed process has no state any more.
  const { state: _, ...removed } = await outcomeOf(context, managed, await removeLogs(context, managed, logs))
  return removed
}

async function removeLogs(context: SupervisorContext, managed: Managed, logs: boolean): Promise<Result> {
  try {
    if (logs) await context.logs.delete(managed.process)
    return { result: 'removed', logs }
  } catch (error) {
    return { result: 'failed', code: 'internal', cause: { type: 'logs-kept', detail: reasonOf(error) } }
  }
}
