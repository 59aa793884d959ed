import type { ResolvedProcess } from './config.ts'
import { driftOf } from './drift.ts'
import { baseOf } from './instances.ts'
import type { ManagedProcess } from './process.ts'

/** What is to be done with one process, so that what runs is what the config says. */
export interface PlanStep {
  name: string
  action: 'keep' | 'start' | 'restart' | 'stop' | 'remove'
  /** Settings that have changed since it was declared: `env.PORT`. */
  changes: string[]
  /** Which one needs it, where it is a dependency that nobody named. */
  neededBy?: string
}

/** Commands that can tell beforehand what they would do. */
export type PlannedAction = 'apply' | 'start' | 'restart' | 'reload' | 'stop' | 'remove' | 'scale'

/**
 * The way from what there is to what is declared: what is unchanged and up is kept, what has changed is restarted, what is
 * down or new is started, and what this config declared before and no longer does is removed.
 *
 * @param declared instances expanded
 * @param source which config declares them; what came from elsewhere, or through the library, is left alone
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
    ...[...wanted.values()].map((config) => stepFor(byName.get(config.name), config)),
  ]
}

function stepFor(process: ManagedProcess | undefined, { name, ...config }: ResolvedProcess): PlanStep {
  if (!process) return { name, action: 'start', changes: [] }
  const changes = driftOf(process.config, { name, ...config })
  if (!isUp(process)) return { name, action: 'start', changes }
  return { name, action: changes.length > 0 ? 'restart' : 'keep', changes }
}

/** It runs, or is about to, so that a start has nothing to do. */
export function isUp({ status, reason }: ManagedProcess): boolean {
  return status === 'running' || status === 'starting' || (status === 'restarting' && reason === 'scheduled')
}

/** Of those to be removed, the ones that something which stays still depends on: they go when that has been started anew. */
export function removedLast(steps: PlanStep[], current: ManagedProcess[]): Set<string> {
  const removed = new Set(steps.filter(({ action }) => action === 'remove').map(({ name }) => name))
  const staying = current.filter(({ config }) => !removed.has(config.name))
  const needed = new Set(staying.flatMap(({ config }) => Object.keys(config.dependsOn)))
  const bases = new Map(current.map(({ config }) => [config.name, baseOf(config)]))
  return new Set([...removed].filter((name) => needed.has(name) || needed.has(bases.get(name) ?? name)))
}
