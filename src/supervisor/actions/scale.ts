import type { StartRequest } from '../../model/planning/requests.ts'
import { selectScaled } from '../../model/planning/select.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import { removeAll } from './end.ts'
import { within } from './outcomes.ts'
import { startInOrder } from './start-in-order.ts'
import { startCommand } from './start-one.ts'

/** Brings declared processes to the numbers of instances in `scale`. Surplus instances are stopped and removed. */
export async function scale(context: SupervisorContext, request: StartRequest): Promise<Outcome[]> {
  const { registry, processes } = context
  const configs = await registry.resolve(request)
  const { names, former } = selectScaled(Object.keys(request.scale ?? {}), processes.configs(), configs)
  registry.declare(configs)
  return within(context, request, async (deadline) => {
    const command = { ...startCommand(context, 'start', configs, request, deadline), leaving: new Set(former) }
    const started = await startInOrder(context, names, command)
    return [...started, ...(await removeAll(context, former, deadline))]
  })
}
