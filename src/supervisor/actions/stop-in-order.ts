import { stopOrder } from '../../model/planning/order.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { overdueOutcome, unknownOutcome } from './outcomes.ts'
import type { Deadline } from './wait-for-goal.ts'

/** Ends processes by `end`. A process is ended only after all processes that depend on it are gone. */
export async function stopInOrder(
  context: SupervisorContext,
  names: string[],
  deadline: Deadline,
  end: (managed: Managed) => Promise<Outcome>,
): Promise<Outcome[]> {
  const { processes } = context
  const known = names.filter((name) => processes.find(name))
  const order = stopOrder(known, processes.configs())
  const ending = new Map<string, Promise<Outcome>>()
  const endOnce = (name: string): Promise<Outcome> => {
    const begun = ending.get(name)
    if (begun) return begun
    const outcome = Promise.all((order.get(name) ?? []).map(endOnce)).then(() => {
      const managed = processes.find(name)
      return managed ? end(managed) : unknownOutcome(context, name)
    })
    ending.set(name, outcome)
    return outcome
  }
  return Promise.all(
    names.map((name) => {
      const managed = processes.find(name)
      if (!managed) return endOnce(name)
      return deadline.race(endOnce(name), () => overdueOutcome(context, 'stop', managed))
    }),
  )
}
