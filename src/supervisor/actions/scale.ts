import type { ResolvedProcess } from '../../model/config/config.ts'
import { isForwarder } from '../../model/config/share.ts'
import { withForwarders } from '../../model/planning/forwarders.ts'
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
  const { names: scaled, former } = selectScaled(Object.keys(request.scale ?? {}), processes.configs(), configs)
  registry.declare(configs)
  const names = withForwarders(scaled, processes.configs())
  return within(context, request, async (deadline) => {
    const command = { ...startCommand(context, 'start', configs, request, deadline), leaving: new Set(former) }
    // A single process had the port itself, on which the forwarder is to listen.
    const first = former.filter((name) => holdsShared(processes.find(name)?.process.config, configs))
    const before = await removeAll(context, first, deadline)
    const started = await startInOrder(context, names, command)
    const last = former.filter((name) => !first.includes(name))
    return [...before, ...started, ...(await removeAll(context, last, deadline))]
  })
}

function holdsShared(former: ResolvedProcess | undefined, declared: ReadonlyMap<string, ResolvedProcess>): boolean {
  return [...declared.values()].some((config) => isForwarder(config) && config.port === former?.port)
}
