import type { ResolvedProcess } from '../../model/config.ts'
import type { Outcome, StartRequest } from '../../model/control.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { startOrder } from '../../model/order.ts'
import { type Goal, goalOf } from '../../model/outcome.ts'
import type { Deadline } from '../deadline.ts'
import type { Managed } from '../managed.ts'
import { type Preflight, preflightOnce } from '../preflight.ts'
import { startInOrder } from '../start-in-order.ts'
import { type ActionParts, overdueOutcome, unknownOutcome } from './parts.ts'

/** What all starts of one command share. */
export interface StartCommand {
  action: 'start' | 'restart'
  /** Those that are restarted though the others are started. */
  restart?: ReadonlySet<string>
  configs: Map<string, ResolvedProcess>
  request: StartRequest
  preflight: Preflight
  deadline: Deadline
}

export function startCommand(
  action: StartCommand['action'],
  configs: StartCommand['configs'],
  request: StartRequest,
  deadline: Deadline,
): StartCommand {
  return { action, configs, request, preflight: preflightOnce(), deadline }
}

/** Starts or restarts processes, what they depend on first. */
export async function start(parts: ActionParts, names: string[], command: StartCommand): Promise<Outcome[]> {
  const { registry } = parts
  const { configs, request, deadline } = command
  const actionFor = (name: string) => (command.restart?.has(name) ? 'restart' : command.action)
  const known = names.filter((name) => registry.find(name))
  const order = startOrder(known, registry.configs())
  const selected = new Set(names)
  const outcomes = await startInOrder(order, {
    find: (name) => registry.get(name),
    wait: request.wait !== false,
    begin(managed) {
      const { name } = managed.process.config
      return beginOne(selected.has(name) ? actionFor(name) : 'start', managed, command)
    },
    hold: (managed, dependency) => {
      managed.environment = request.environment
      const config = configs.get(managed.process.config.name)
      managed.dispatch({
        type: 'wait',
        ...(config && { config }),
        owner: ownerOf(managed, config, request),
        for: dependency,
      })
    },
    outcome: (managed, result, run) => parts.outcome(managed, result, run),
    patience: (managed, done) => deadline.race(done, () => overdueOutcome(parts, 'start', managed)),
  })
  const unknown = names.filter((name) => !registry.find(name)).map((name) => unknownOutcome(parts, name))
  // A dependency that was up already is no news to the one who asked for something else.
  return [
    ...outcomes.filter(({ name, message, ok }) => selected.has(name) || !ok || message !== 'already running'),
    ...unknown,
  ]
}

/** Orders one start or restart. The goal to wait for, or the reason why nothing was done. */
function beginOne(
  action: 'start' | 'restart',
  managed: Managed,
  { configs, request, preflight }: StartCommand,
): Goal | ProcessManagerError {
  const before = managed.process
  const config = configs.get(before.config.name)
  const fresh = action === 'restart' || before.status !== 'running'
  if (fresh) {
    try {
      preflight(config ?? before.config, request.environment)
    } catch (error) {
      if (error instanceof ProcessManagerError) return error
      throw error
    }
    managed.environment = request.environment
  }
  managed.dispatch({ type: action, ...(config && { config }), owner: ownerOf(managed, config, request) })
  return goalOf(action, before, managed.process)
}

function ownerOf(managed: Managed, config: ResolvedProcess | undefined, request: StartRequest) {
  return (config ?? managed.process.config).persist === true ? null : (request.owner ?? null)
}
