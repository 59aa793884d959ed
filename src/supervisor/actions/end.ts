import type { Outcome } from '../../model/control.ts'
import { goalOf } from '../../model/outcome.ts'
import type { Deadline } from '../deadline.ts'
import type { Managed } from '../managed.ts'
import { settle } from '../settle.ts'
import { stopInOrder } from '../stop-in-order.ts'
import { type ActionParts, overdueOutcome, unknownOutcome } from './parts.ts'

/** Stops processes, those that depend on others first. */
export function stop(parts: ActionParts, names: string[], deadline: Deadline): Promise<Outcome[]> {
  return inOrder(parts, names, deadline, (managed) => stopOne(parts, managed))
}

/** Stops processes in the same order, and forgets each that nothing is left of. */
export function remove(parts: ActionParts, names: string[], deadline: Deadline, logs = false): Promise<Outcome[]> {
  return inOrder(parts, names, deadline, (managed) => removeOne(parts, managed, logs))
}

function inOrder(
  parts: ActionParts,
  names: string[],
  deadline: Deadline,
  end: (managed: Managed) => Promise<Outcome>,
): Promise<Outcome[]> {
  return stopInOrder(names, {
    registry: parts.registry,
    end,
    unknown: (name) => unknownOutcome(parts, name),
    patience: (managed, done) => deadline.race(done, () => overdueOutcome(parts, 'stop', managed)),
  })
}

async function stopOne(parts: ActionParts, managed: Managed): Promise<Outcome> {
  const before = managed.process
  managed.dispatch({ type: 'stop' })
  return parts.outcome(managed, await settle(managed, goalOf('stop', before, managed.process)))
}

async function removeOne(parts: ActionParts, managed: Managed, logs: boolean): Promise<Outcome> {
  const outcome = await stopOne(parts, managed)
  if (!outcome.ok) return outcome
  const { name } = outcome
  if (!parts.registry.remove(managed))
    return { ...outcome, ok: false, message: 'started again meanwhile', code: 'stop-failed' }
  parts.removed(managed)
  if (!logs) return { name, ok: true, message: 'removed', warnings: [] }
  try {
    await parts.deleteLogs(managed)
    return { name, ok: true, message: 'removed, with its logs', warnings: [] }
  } catch (error) {
    const message = `removed, but its logs were not deleted: ${(error as Error).message}`
    return { name, ok: false, message, code: 'internal', warnings: [] }
  }
}
