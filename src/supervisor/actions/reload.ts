import type { StartRequest } from '../../model/planning/requests.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import { removeUndeclared } from './end.ts'
import { within } from './outcomes.ts'
import { startInOrder } from './start-in-order.ts'
import { startCommand } from './start-one.ts'

/** Restarts processes one after the other, each ready before the next one is stopped. */
export async function reload(context: SupervisorContext, request: StartRequest): Promise<Outcome[]> {
  const { registry, processes } = context
  const configs = await registry.resolve(request)
  registry.declare(configs)
  const { names, former } = processes.selectDeclared(request, configs)
  return within(context, request, async (deadline) => {
    const outcomes: Outcome[] = []
    for (const name of names) {
      // It has just begun for one before it that depends on it.
      if (outcomes.some((each) => each.name === name && each.result === 'started')) continue
      const command = { ...startCommand(context, 'restart', configs, request, deadline), leaving: new Set(former) }
      outcomes.push(...(await startInOrder(context, [name], command)))
      // The new version does not work, so the other instances keep running the old one.
      if (outcomes.some(({ ok }) => !ok)) return outcomes
    }
    return [...outcomes, ...(await removeUndeclared(context, former, deadline))]
  })
}
