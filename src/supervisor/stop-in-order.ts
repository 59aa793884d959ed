import type { Outcome } from '../model/control.ts'
import { stopOrder } from '../model/order.ts'
import type { Managed } from './managed.ts'
import type { Registry } from './registry.ts'

export interface StopSteps {
  registry: Registry
  /** Ends one process. */
  end(managed: Managed): Promise<Outcome>
  unknown(name: string): Outcome
  /** What to answer for one that is waited for, though it may not be through in time. */
  patience(managed: Managed, done: Promise<Outcome>): Promise<Outcome>
}

/** Stops processes: those that depend on others go first, and are gone before the others are signalled. */
export async function stopInOrder(
  names: string[],
  { registry, end, unknown, patience }: StopSteps,
): Promise<Outcome[]> {
  const order = stopOrder(
    names.filter((name) => registry.find(name)),
    registry.configs(),
  )
  const running = new Map<string, Promise<Outcome>>()
  const run = (name: string): Promise<Outcome> => {
    const known = running.get(name)
    if (known) return known
    const result = Promise.all((order.get(name) ?? []).map(run)).then(() => {
      const managed = registry.find(name)
      return managed ? end(managed) : unknown(name)
    })
    running.set(name, result)
    return result
  }
  return Promise.all(
    names.map((name) => {
      const managed = registry.find(name)
      return managed ? patience(managed, run(name)) : run(name)
    }),
  )
}
