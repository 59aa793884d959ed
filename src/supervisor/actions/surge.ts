import type { ResolvedProcess } from '../../model/config/config.ts'
import { baseOf, surgeOf } from '../../model/config/instances.ts'
import { isBackend, isForwarder, isSurge } from '../../model/config/share.ts'
import * as describe from '../../model/lifecycle/describe.ts'
import { hasBegun, isAtRest, wasReady } from '../../model/lifecycle/phase.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import { removeAll } from './end.ts'
import { startInOrder } from './start-in-order.ts'
import type { StartCommand } from './start-one.ts'
import { Deadline } from './wait-for-goal.ts'

/** ms that an instance of an unfinished reload stays for the others at most. */
const RETIRE_PATIENCE = 60_000

/** The instances of a shared port that a reload replaces. */
export interface SharedReload {
  /** Names of the instances, in their order. */
  names: string[]
  /** Configs that they had before, by name. */
  before: ReadonlyMap<string, ResolvedProcess>
}

/**
 * Replaces the instances of a shared port without the loss of a connection. One instance more of the new version comes first: if
 * it does not come up, it goes, and the others stay as they are. Otherwise it takes connections until each of the others has been
 * replaced.
 */
export async function reloadShared(
  context: SupervisorContext,
  { names, before }: SharedReload,
  command: StartCommand,
): Promise<Outcome[]> {
  const { processes, registry } = context
  const up = names.filter((name) => hasBegun(processes.get(name).process.phase))
  // Nothing runs that could serve meanwhile.
  if (up.length === 0) return startInOrder(context, names, command)
  const [first = ''] = names
  const config = surgeOf(command.configs.get(first) ?? processes.get(first).process.config, processes.configs())
  const configs = new Map([[config.name, config]])
  registry.declare(configs)
  const surge = await startInOrder(context, [config.name], { ...command, action: 'start', configs })
  if (surge.some(({ ok }) => !ok)) {
    await removeAll(context, [config.name], command.deadline)
    return surge.map((outcome) => (outcome.ok ? outcome : undone(outcome, up)))
  }
  const outcomes: Outcome[] = []
  for (const name of names) {
    outcomes.push(...(await startInOrder(context, [name], command)))
    const failure = outcomes.find(({ ok }) => !ok)
    if (!failure) continue
    const old = before.get(name)
    // Otherwise the start goes on.
    if (failure.code !== 'timeout' && old && up.includes(name)) {
      const [again] = await startInOrder(context, [name], { ...command, configs: new Map([[name, old]]) })
      if (again?.ok) outcomes.splice(outcomes.indexOf(failure), 1, restored(failure))
    }
    break
  }
  if (outcomes.every(({ ok }) => ok)) await removeAll(context, [config.name], command.deadline)
  else retire(context, processes.get(config.name))
  return outcomes
}

function undone(outcome: Outcome, staying: string[]): Outcome {
  const { state: _, ...failed } = outcome
  return { ...failed, message: describe.undoneReload(outcome.message, staying) }
}

function restored(outcome: Outcome): Outcome {
  const { state: _, ...failed } = outcome
  return { ...failed, message: describe.restoredReload(outcome.message) }
}

/** Has the additional instances go that an earlier supervisor left in the middle of a reload. */
export function retireSurges(context: SupervisorContext): void {
  for (const managed of context.processes.all()) if (isSurge(managed.process.config)) retire(context, managed)
}

/** Removes an additional instance when the others are ready, or will not be. */
function retire(context: SupervisorContext, surge: Managed): void {
  const { clock, processes, events } = context
  const base = baseOf(surge.process.config)
  const others = processes
    .all()
    .filter(({ process: { config } }) => baseOf(config) === base && isBackend(config) && !isSurge(config))
  let isDone = false
  const check = (isLate = false) => {
    const isSettled = others.every(({ process: { phase } }) => wasReady(phase) || isAtRest(phase))
    if (isDone || (!isSettled && !isLate)) return
    isDone = true
    cancel()
    for (const end of ends) end()
    const { name } = surge.process.config
    if (processes.find(name) !== surge) return
    removeAll(context, [name], new Deadline(undefined, clock)).catch((error: Error) =>
      events.warn(`${name} was not removed: ${error.message}`),
    )
  }
  const ends = others.map((managed) => managed.onChange(() => check()))
  const cancel = clock.after(RETIRE_PATIENCE, () => check(true))
  check()
}

/** Splits the names of a reload: what shares a port is reloaded together, at the place of its first instance. */
export function partsOf(names: string[], configs: ReadonlyMap<string, ResolvedProcess>): string[][] {
  const parts = new Map<string, string[]>()
  for (const name of names) {
    const config = configs.get(name)
    const key = config && isBackend(config) ? `shared ${baseOf(config)}` : name
    parts.set(key, [...(parts.get(key) ?? []), name])
  }
  // A forwarder first: it takes the connections that the instances get.
  const rank = ([name = '']: string[]) => Number(!isForwarder(configs.get(name) ?? {}))
  return [...parts.values()].sort((a, b) => rank(a) - rank(b))
}
