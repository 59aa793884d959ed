import type { ResolvedProcess } from '../config/config.ts'
import { goalOfStop } from '../lifecycle/goal.ts'
import { isUp } from '../lifecycle/phase.ts'
import type { ManagedProcess } from '../lifecycle/process.ts'
import { keptForwarders, withForwarders } from './forwarders.ts'
import { startOrder, stopOrder } from './order.ts'
import { type PlannedAction, type PlanStep, planApply } from './plan.ts'
import type { Selection } from './requests.ts'
import { type DeclaredSelection, select, selectDeclared, selectScaled, unknownProcess } from './select.ts'

/* What commands would do, in the order in which they would do it. */

export interface Planned {
  action: PlannedAction
  selection: Selection
  /** Numbers of instances, for `scale`. */
  scale?: Record<string, number>
  /** The config that declares the processes. */
  source: string | undefined
}

/**
 * The steps of a command, without carrying them out.
 *
 * @param declaredNow by name, instances expanded; not asked for what only ends processes
 * @throws ProcessManagerError `unknown-process`, or `config` for a dependency cycle
 */
export async function planOf(
  { action, selection, scale = {}, source }: Planned,
  current: ManagedProcess[],
  declaredNow: () => Promise<ReadonlyMap<string, ResolvedProcess>>,
): Promise<PlanStep[]> {
  const ofConfig = { ...selection, ...(source !== undefined && { source }) }
  switch (action) {
    case 'stop':
    case 'remove':
      return planEnd(action, current, selection)
    case 'start':
    case 'restart':
      return planStart(action, current, await declaredNow(), ofConfig)
    case 'reload':
      return planReload(current, await declaredNow(), ofConfig)
    case 'scale':
      return planScale(current, await declaredNow(), Object.keys(scale))
    case 'apply':
      return planApply(current, (await declaredNow()).values(), source)
    default:
      return action satisfies never
  }
}

/**
 * The steps of a start or restart, dependencies first, without processes that are already up.
 *
 * @param declared by name, instances expanded
 * @throws ProcessManagerError `unknown-process`, or `config` for a dependency cycle
 */
export function planStart(
  action: 'start' | 'restart',
  current: ManagedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  selection: DeclaredSelection,
): PlanStep[] {
  const configs = together(current, declared)
  // Throws for any dependency cycle, as the command itself does.
  startOrder(declared.keys(), configs)
  const up = upIn(current)
  const { names: selected, former } = selectDeclared(selection, configs, declared, up)
  const names = withForwarders(selected, configs)
  const keep = keptForwarders(selection, configsOf(current), declared)
  return [...removals(former, current), ...starts(action, names, without(former, configs), up, keep)]
}

/** The steps of a reload: one process after the other, each with its dependencies, and surplus instances last. */
export function planReload(
  current: ManagedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  selection: DeclaredSelection,
): PlanStep[] {
  const configs = together(current, declared)
  const up = upIn(current)
  const { names: selected, former } = selectDeclared(selection, configs, declared, up)
  const names = withForwarders(selected, configs)
  const keep = keptForwarders(selection, configsOf(current), declared)
  const steps = names.flatMap((name) => {
    const ofThis = starts('restart', [name], without(former, configs), up, keep)
    for (const step of ofThis) up.add(step.name)
    return ofThis
  })
  return [...steps, ...removals(former, current)]
}

/** The steps of `scale`. `declared` contains the wanted instances. */
export function planScale(
  current: ManagedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  bases: string[],
): PlanStep[] {
  const configs = together(current, declared)
  const { names, former } = selectScaled(bases, configs, declared)
  return [...starts('start', names, without(former, configs), upIn(current)), ...removals(former, current)]
}

/** The steps of a stop or removal, dependents first. */
export function planEnd(action: 'stop' | 'remove', current: ManagedProcess[], selection: Selection): PlanStep[] {
  const configs = current.map(({ config }) => config)
  const names = select(selection, configs)
  checkKnown(names, configs)
  const byName = new Map(current.map((process) => [process.config.name, process]))
  return [...stopOrder(names, configs).keys()].map((name) => {
    const process = byName.get(name)
    if (action === 'remove') return { name, action, changes: [] }
    return { name, action: process && goalOfStop(process).wasDown ? 'keep' : 'stop', changes: [] }
  })
}

/** All processes, with the declared configs in place of the current ones. */
function together(current: ManagedProcess[], declared: ReadonlyMap<string, ResolvedProcess>): ResolvedProcess[] {
  const present = current.map(({ config }) => declared.get(config.name) ?? config)
  const known = new Set(present.map(({ name }) => name))
  return [...present, ...[...declared.values()].filter(({ name }) => !known.has(name))]
}

function without(names: string[], configs: ResolvedProcess[]): ResolvedProcess[] {
  return configs.filter(({ name }) => !names.includes(name))
}

function removals(names: string[], current: ManagedProcess[]): PlanStep[] {
  const configs = current.map(({ config }) => config)
  return [...stopOrder(names, configs).keys()].map((name) => ({ name, action: 'remove', changes: [] }))
}

function starts(
  action: 'start' | 'restart',
  names: string[],
  configs: ResolvedProcess[],
  up: ReadonlySet<string>,
  keep: ReadonlySet<string> = new Set(),
): PlanStep[] {
  checkKnown(names, configs)
  const selected = new Set(names)
  const order = startOrder(names, configs)
  return [...order.keys()].flatMap((name): PlanStep[] => {
    if (!up.has(name)) {
      const neededBy = selected.has(name) ? undefined : [...order].find(([, needed]) => needed.includes(name))?.[0]
      return [{ name, action: 'start', changes: [], ...(neededBy !== undefined && { neededBy }) }]
    }
    if (!selected.has(name)) return []
    return [{ name, action: action === 'restart' && !keep.has(name) ? 'restart' : 'keep', changes: [] }]
  })
}

function configsOf(current: ManagedProcess[]): ResolvedProcess[] {
  return current.map(({ config }) => config)
}

function upIn(current: ManagedProcess[]): Set<string> {
  return new Set(current.filter(({ phase }) => isUp(phase)).map(({ config }) => config.name))
}

function checkKnown(names: string[], configs: ResolvedProcess[]): void {
  const known = configs.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownProcess(unknown, known)
}
