import type { Selection } from '../../model/planning/requests.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { each, outcomeOf } from './outcomes.ts'

/** Empties logs and deletes their archives, while the processes go on writing. */
export function flush(context: SupervisorContext, selection: Selection): Promise<Outcome[]> {
  return each(context, selection, (managed) => flushOne(context, managed))
}

async function flushOne(context: SupervisorContext, managed: Managed): Promise<Outcome> {
  try {
    const bytes = await context.logs.flush(managed.process)
    return outcomeOf(context, managed, bytes === 0 ? { result: 'already-empty' } : { result: 'emptied', bytes })
  } catch (error) {
    const cause = { type: 'not-emptied', detail: reasonOf(error) } as const
    return outcomeOf(context, managed, { result: 'failed', code: 'internal', cause })
  }
}
