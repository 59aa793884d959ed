import { startOrder } from '../../model/planning/order.ts'
import { planApply, removedLast } from '../../model/planning/plan.ts'
import type { StartRequest } from '../../model/planning/requests.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import { removeAll } from './end.ts'
import { applied, within } from './outcomes.ts'
import { startInOrder } from './start-in-order.ts'
import { startCommand } from './start-one.ts'

/** Makes the running processes match the declared ones. Changes nothing unless all declarations are valid. */
export async function apply(context: SupervisorContext, request: StartRequest): Promise<Outcome[]> {
  const { registry, processes } = context
  const configs = await registry.resolve(request)
  const current = processes.snapshot()
  const steps = new Map(planApply(current, configs.values(), request.source).map((step) => [step.name, step]))
  const removed = [...steps.values()].filter(({ action }) => action === 'remove').map(({ name }) => name)
  const others = current.map(({ config }) => config).filter(({ name }) => !steps.has(name) && !configs.has(name))
  // Throws for a dependency cycle.
  startOrder([...configs.keys()], [...others, ...configs.values()])
  const last = removedLast([...steps.values()], current)
  return within(context, request, async (deadline) => {
    const first = removed.filter((name) => !last.has(name))
    const before = await removeAll(context, first, deadline)
    registry.declare(configs)
    const restart = new Set([...configs.keys()].filter((name) => steps.get(name)?.action === 'restart'))
    const command = startCommand(context, 'start', configs, request, deadline)
    const wanted = [...configs.keys()].filter((name) => steps.has(name))
    const started = await startInOrder(context, wanted, { ...command, restart, leaving: last })
    const outcomes = [...before, ...started, ...(await removeAll(context, [...last], deadline))]
    return outcomes.map((outcome) => applied(outcome, steps.get(outcome.name)))
  })
}
