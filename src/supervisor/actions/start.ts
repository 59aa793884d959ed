import { baseOf } from '../../model/config/instances.ts'
import { keptForwarders, withForwarders } from '../../model/planning/forwarders.ts'
import { startOrder } from '../../model/planning/order.ts'
import type { StartRequest } from '../../model/planning/requests.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { conditionOf } from './dependencies.ts'
import { removeUndeclared } from './end.ts'
import { within } from './outcomes.ts'
import { startInOrder } from './start-in-order.ts'
import { startCommand } from './start-one.ts'

/** Starts processes, those that they depend on first. */
export function start(context: SupervisorContext, request: StartRequest): Promise<Outcome[]> {
  return startOrRestart('start', context, request, request.automatic)
}

/** Restarts processes, and starts those that are stopped. */
export function restart(context: SupervisorContext, request: StartRequest): Promise<Outcome[]> {
  return startOrRestart('restart', context, request)
}

/** Starts a process that asked for it itself: after a reboot, or when it waited for a dependency. */
export function startRequested(context: SupervisorContext, { process: { config, owner } }: Managed): void {
  const request = { names: [config.name], environment: context.environment, ...(owner && { owner }) }
  // Not at once, because the request comes from within a dispatch, and possibly before all processes are restored.
  setImmediate(() =>
    startOrRestart('start', context, request, true).catch((error: Error) =>
      context.events.warn(`${config.name} was not started: ${error.message}`),
    ),
  )
}

/** Starts the processes that had failed because this one had. It is up now, so that what they waited for has come. */
export function startDependents(context: SupervisorContext, name: string): void {
  const { processes } = context
  const dependency = processes.find(name)
  if (!dependency) return
  for (const managed of processes.all()) {
    const { phase, wanted } = managed.process
    const hasFailed = phase.type === 'failed' && phase.cause.type === 'dependency' && phase.cause.name === name
    // A job that has to complete would run once more for it.
    if (wanted === 'up' && hasFailed && conditionOf(managed, dependency) !== 'completed')
      startRequested(context, managed)
  }
}

async function startOrRestart(
  action: 'start' | 'restart',
  context: SupervisorContext,
  request: StartRequest,
  automatic = false,
): Promise<Outcome[]> {
  const { registry, processes } = context
  const configs = await registry.resolve(request)
  const bases = new Set([...configs.values()].map(baseOf))
  const others = processes.configs().filter((config) => !bases.has(baseOf(config)))
  // Throws for a dependency cycle, before anything is declared.
  startOrder([...configs.keys()], [...others, ...configs.values()])
  const keep = keptForwarders(request, processes.configs(), configs)
  registry.declare(configs)
  const { names: selected, former } = processes.selectDeclared(request, configs)
  const names = withForwarders(selected, processes.configs())
  return within(context, request, async (deadline) => {
    // First, because a former instance may hold the port of its successor.
    const removed = await removeUndeclared(context, former, deadline)
    const started = await startInOrder(context, names, {
      ...startCommand(context, action, configs, request, deadline),
      keep,
      automatic,
    })
    return [...removed, ...started]
  })
}
