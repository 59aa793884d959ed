import type { ResolvedProcess } from './config.ts'
import type { Selection } from './control.ts'
import { startOrder, stopOrder } from './order.ts'
import { isUp, type PlanStep } from './plan.ts'
import type { ManagedProcess } from './process.ts'
import { select, selectDeclared, selectScaled, unknownProcess } from './select.ts'

/* What commands would do, in the order in which they would; what they do is told by their outcomes. */

/**
 * What a start or restart would do: dependencies first, those that are up already left out.
 *
 * @param declared by name, instances expanded
 * @throws ProcessManagerError `unknown-process`, or `config` for a circle
 */
export function planStart(
  action: 'start' | 'restart',
  current: ManagedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  selection: Selection,
): PlanStep[] {
  const configs = together(current, declared)
  // As the command itself: a circle anywhere is refused.
  startOrder(declared.keys(), configs)
  const { names, former } = selectDeclared(selection, configs, declared)
  return [...removals(former, current), ...starts(action, names, configs, upIn(current))]
}

/** What a reload would do: one after the other, each with what it needs; those that are too many go last. */
export function planReload(
  current: ManagedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  selection: Selection,
): PlanStep[] {
  const configs = together(current, declared)
  const { names, former } = selectDeclared(selection, configs, declared)
  const up = upIn(current)
  const steps = names.flatMap((name) => {
    const ofThis = starts('restart', [name], configs, up)
    for (const step of ofThis) up.add(step.name)
    return ofThis
  })
  return [...steps, ...removals(former, current)]
}

/** What `scale` would do. `declared` has the instances that there are to be. */
export function planScale(
  current: ManagedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
  bases: string[],
): PlanStep[] {
  const configs = together(current, declared)
  const { names, former } = selectScaled(bases, configs, declared)
  return [...starts('start', names, configs, upIn(current)), ...removals(former, current)]
}

/** What a stop or removal would do: those that need others first. */
export function planEnd(action: 'stop' | 'remove', current: ManagedProcess[], selection: Selection): PlanStep[] {
  const configs = current.map(({ config }) => config)
  const names = select(selection, configs)
  checkKnown(names, configs)
  const byName = new Map(current.map((process) => [process.config.name, process]))
  return [...stopOrder(names, configs).keys()].map((name) => {
    const process = byName.get(name)
    if (action === 'remove') return { name, action, changes: [] }
    return { name, action: process && isOver(process) ? 'keep' : 'stop', changes: [] }
  })
}

/** All processes as they are when the declarations are taken in. */
function together(current: ManagedProcess[], declared: ReadonlyMap<string, ResolvedProcess>): ResolvedProcess[] {
  const present = current.map(({ config }) => declared.get(config.name) ?? config)
  const known = new Set(present.map(({ name }) => name))
  return [...present, ...[...declared.values()].filter(({ name }) => !known.has(name))]
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
    return [{ name, action: action === 'restart' ? 'restart' : 'keep', changes: [] }]
  })
}

function upIn(current: ManagedProcess[]): Set<string> {
  return new Set(current.filter(isUp).map(({ config }) => config.name))
}

function checkKnown(names: string[], configs: ResolvedProcess[]): void {
  const known = configs.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownProcess(unknown, known)
}

/** A stop would find nothing to do. */
function isOver({ status, identity, survivors }: ManagedProcess): boolean {
  return (
    survivors.length === 0 &&
    (status === 'stopped' || status === 'error' || (status === 'crashed' && identity === null))
  )
}
