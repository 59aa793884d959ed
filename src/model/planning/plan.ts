import type { ResolvedProcess } from '../config/config.ts'
import { driftOf } from '../config/drift.ts'
import { baseOf } from '../config/instances.ts'
import { isUp } from '../lifecycle/phase.ts'
import type { ManagedProcess } from '../lifecycle/process.ts'

/** One step that makes a process match its declaration. */
export interface PlanStep {
  name: string
  action: 'keep' | 'start' | 'restart' | 'stop' | 'remove'
  /** Settings that have changed since its declaration: `env.PORT`. */
  changes: string[]
  /** Name of the process that depends on it, if the step is for a dependency that nobody selected. */
  neededBy?: string
}

/** Commands that can show beforehand what they would do. */
export const PLANNED_ACTIONS = ['apply', 'start', 'restart', 'reload', 'stop', 'remove', 'scale'] as const
export type PlannedAction = (typeof PLANNED_ACTIONS)[number]

/**
 * The steps that make the current processes match the declared ones: keep what is unchanged and up, restart what has
 * changed, start what is new or down, unless it starts only by its name, and remove what this config declared before and no
 * longer does.
 *
 * @param declared instances expanded
 * @param source the config that declares them; processes of other configs, or of the library, are left alone
 */
export function planApply(
  current: ManagedProcess[],
  declared: Iterable<ResolvedProcess>,
  source: string | undefined,
): PlanStep[] {
  const wanted = new Map([...declared].map((config) => [config.name, config]))
  const bases = new Set([...wanted.values()].map(baseOf))
  const byName = new Map(current.map((process) => [process.config.name, process]))
  const isGone = ({ config }: ManagedProcess) =>
    !wanted.has(config.name) && ((source !== undefined && config.source === source) || bases.has(baseOf(config)))
  return [
    ...current.filter(isGone).map(({ config: { name } }): PlanStep => ({ name, action: 'remove', changes: [] })),
    ...[...wanted.values()]
      .filter((config) => config.startWithAll !== false || isRunning(byName.get(config.name)))
      .map((config) => stepFor(byName.get(config.name), config)),
  ]
}

function isRunning(process: ManagedProcess | undefined): boolean {
  return process !== undefined && isUp(process.phase)
}

function stepFor(process: ManagedProcess | undefined, { name, ...config }: ResolvedProcess): PlanStep {
  if (!process) return { name, action: 'start', changes: [] }
  const changes = driftOf(process.config, { name, ...config })
  if (!isUp(process.phase)) return { name, action: 'start', changes }
  return { name, action: changes.length > 0 ? 'restart' : 'keep', changes }
}

/** Removed last: a process that stays depends on them until it has been restarted. */
export function removedLast(steps: PlanStep[], current: ManagedProcess[]): Set<string> {
  const removed = new Set(steps.filter(({ action }) => action === 'remove').map(({ name }) => name))
  const staying = current.filter(({ config }) => !removed.has(config.name))
  const needed = new Set(staying.flatMap(({ config }) => Object.keys(config.dependsOn)))
  const bases = new Map(current.map(({ config }) => [config.name, baseOf(config)]))
  return new Set([...removed].filter((name) => needed.has(name) || needed.has(bases.get(name) ?? name)))
}
