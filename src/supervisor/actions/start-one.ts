import type { ResolvedProcess } from '../../model/config/config.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { goalOfStart, type UpGoal } from '../../model/lifecycle/goal.ts'
import type { Identity } from '../../model/lifecycle/identity.ts'
import { wasReady } from '../../model/lifecycle/phase.ts'
import type { Failure } from '../../model/lifecycle/result.ts'
import type { StartRequest } from '../../model/planning/requests.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { type Preflight, preflightOnce } from './preflight.ts'
import type { Deadline } from './wait-for-goal.ts'

/** The part of a command that starts or restarts processes. */
export interface StartCommand {
  action: 'start' | 'restart'
  /** Processes that are restarted, although the others are started. */
  restart?: ReadonlySet<string>
  /** Processes that are only started, although the others are restarted. */
  keep?: ReadonlySet<string>
  /** Nobody gave the command, so what cannot be spawned is tried again. */
  automatic?: boolean
  /** Processes that are removed afterwards, so that nothing depends on them any more. */
  leaving?: ReadonlySet<string>
  /** Configs that the request declares, by name. */
  configs: Map<string, ResolvedProcess>
  request: StartRequest
  preflight: Preflight
  deadline: Deadline
}

export function startCommand(
  { environment }: Pick<SupervisorContext, 'environment'>,
  action: StartCommand['action'],
  configs: StartCommand['configs'],
  request: StartRequest,
  deadline: Deadline,
): StartCommand {
  return { action, configs, request, preflight: preflightOnce(environment), deadline }
}

/** Starts or restarts one process. Returns the goal to wait for, or the failure of a process that cannot be spawned. */
export function startOne(
  managed: Managed,
  action: StartCommand['action'],
  { configs, request, preflight, automatic = false }: StartCommand,
): UpGoal | Failure {
  const before = managed.process
  const config = configs.get(before.config.name)
  if (action === 'restart' || !wasReady(before.phase)) {
    try {
      if (!automatic) preflight(config ?? before.config, request.environment ?? managed.environment)
    } catch (error) {
      if (error instanceof ProcessManagerError) return refused(managed, error)
      throw error
    }
    inherit(managed, request, automatic)
  }
  const owner = ownerOf(managed, config, request)
  managed.dispatch({ type: action, ...(config && { config }), owner, ...(automatic && { automatic }) })
  return goalOfStart(action, before, managed.process)
}

/** Marks a process as waiting for a dependency. From then on it is wanted up. */
export function markWaiting(
  managed: Managed,
  dependency: string,
  { configs, request, automatic = false }: StartCommand,
): void {
  inherit(managed, request, automatic)
  const config = configs.get(managed.process.config.name)
  const owner = ownerOf(managed, config, request)
  managed.dispatch({ type: 'wait', ...(config && { config }), owner, for: dependency, ...(automatic && { automatic }) })
}

/** A start that nobody ordered, or that was ordered from elsewhere, keeps the environment of the last command. */
function inherit(managed: Managed, { environment }: StartRequest, automatic: boolean): void {
  if (environment && (!automatic || managed.environment === null)) managed.inherit(environment)
}

function refused(managed: Managed, { code, message: detail }: ProcessManagerError): Failure {
  const cause = { type: 'refused', detail } as const
  managed.dispatch({ type: 'abandon', cause })
  return { result: 'failed', code, cause }
}

function ownerOf(managed: Managed, config: ResolvedProcess | undefined, request: StartRequest): Identity | null {
  return (config ?? managed.process.config).persist === true ? null : (request.owner ?? null)
}
