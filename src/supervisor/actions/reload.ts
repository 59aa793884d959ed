import { isBackend } from '../../model/config/share.ts'
import { keptForwarders, withForwarders } from '../../model/planning/forwarders.ts'
import type { StartRequest } from '../../model/planning/requests.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import { removeUndeclared } from './end.ts'
import { within } from './outcomes.ts'
import { startInOrder } from './start-in-order.ts'
import { startCommand } from './start-one.ts'
import { partsOf, reloadShared } from './surge.ts'

/**
 * Restarts processes one after the other, each ready before the next one is stopped. Those that share a port are replaced without
 * a gap.
 */
export async function reload(context: SupervisorContext, request: StartRequest): Promise<Outcome[]> {
  const { registry, processes } = context
  const configs = await registry.resolve(request)
  const before = new Map(processes.configs().map((config) => [config.name, config]))
  const keep = keptForwarders(request, processes.configs(), configs)
  registry.declare(configs)
  const { names: selected, former } = processes.selectDeclared(request, configs)
  const names = withForwarders(selected, processes.configs())
  const known = new Map([...before, ...configs])
  return within(context, request, async (deadline) => {
    const outcomes: Outcome[] = []
    for (const part of partsOf(names, known)) {
      const [first = ''] = part
      // It has just begun for one before it that depends on it.
      if (outcomes.some((each) => each.name === first && each.result === 'started')) continue
      const command = {
        ...startCommand(context, 'restart', configs, request, deadline),
        leaving: new Set(former),
        keep,
      }
      const config = known.get(first)
      const isShared = config !== undefined && isBackend(config)
      outcomes.push(
        ...(await (isShared
          ? reloadShared(context, { names: part, before }, command)
          : startInOrder(context, part, command))),
      )
      // The new version does not work, so the other instances keep running the old one.
      if (outcomes.some(({ ok }) => !ok)) return outcomes
    }
    return [...outcomes, ...(await removeUndeclared(context, former, deadline))]
  })
}
