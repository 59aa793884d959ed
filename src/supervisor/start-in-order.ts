import type { DependencyCondition } from '../model/config.ts'
import type { Outcome } from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { Order } from '../model/order.ts'
import type { Goal } from '../model/outcome.ts'
import type { Managed } from './managed.ts'
import { settle } from './settle.ts'

type Result = Pick<Outcome, 'ok' | 'message' | 'code'>

export interface StartSteps {
  find(name: string): Managed
  /** Orders the start; the goal to wait for, or why nothing was done. */
  begin(managed: Managed): Goal | ProcessManagerError
  /** Notes that it is wanted up and waits for a dependency. */
  hold(managed: Managed, dependency: string): void
  /** @param run the one that was to become ready; absent: it was not begun */
  outcome(managed: Managed, result: Result, run?: number): Promise<Outcome>
  /** What to answer for one that is waited for, though it may not be through in time. */
  patience(managed: Managed, done: Promise<Outcome>): Promise<Outcome>
  /** Answer when everything is ready; otherwise as soon as everything is ordered. */
  wait: boolean
}

/** Two moments of one start: it was begun, and how it ended. */
interface Progress {
  begun: Promise<Result | Goal>
  done: Promise<Outcome>
}

/** Starts processes, each as soon as what it depends on is as far as it needs; what is independent starts at the same time. */
export async function startInOrder(order: Order, steps: StartSteps): Promise<Outcome[]> {
  const names = [...order.keys()]
  const progress = new Map<string, Progress>()
  for (const name of names) {
    const needed = order.get(name) ?? []
    const managed = steps.find(name)
    const first = needed.find((other) => !isThere(steps.find(other), conditionOf(managed, steps.find(other))))
    if (first !== undefined) steps.hold(managed, first)
    const begun = beginAfter(managed, needed, first !== undefined, progress, steps)
    progress.set(name, begun)
  }
  if (steps.wait) {
    return Promise.all(names.map((name) => steps.patience(steps.find(name), progressOf(progress, name).done)))
  }
  return Promise.all(
    names.map(async (name) => {
      const managed = steps.find(name)
      const { waitingFor } = managed.process
      if (waitingFor !== null) return steps.outcome(managed, { ok: true, message: `waiting for ${waitingFor}` })
      const result = await progressOf(progress, name).begun
      return steps.outcome(managed, 'ok' in result ? result : { ok: true, message: result.done })
    }),
  )
}

/** The dependencies are in `progress` already: an order lists them first. */
function beginAfter(
  managed: Managed,
  needed: string[],
  held: boolean,
  progress: Map<string, Progress>,
  steps: StartSteps,
): Progress {
  const begun = needed.length === 0 ? Promise.resolve(beginNow(managed, steps)) : afterDependencies()
  const done = begun.then(async (result) =>
    'ok' in result ? steps.outcome(managed, result) : steps.outcome(managed, await settle(managed, result), result.run),
  )
  // Whoever waits for it hears of a failure; without anyone it is no unhandled rejection.
  done.catch(() => {})
  return { begun, done }

  async function afterDependencies(): Promise<Result | Goal> {
    const results = await Promise.all(needed.map((other) => dependencyMet(managed, other, progress, steps)))
    const failed = results.find((result) => result !== null)
    if (failed) {
      managed.dispatch({ type: 'abandon', message: failed })
      return { ok: false, message: failed, code: 'start-failed' }
    }
    if (held && managed.process.waitingFor === null && managed.process.wanted === 'down') {
      return { ok: false, message: 'stopped before it was started', code: 'start-failed' }
    }
    return beginNow(managed, steps)
  }
}

function beginNow(managed: Managed, steps: StartSteps): Result | Goal {
  const result = steps.begin(managed)
  if (!(result instanceof ProcessManagerError)) return result
  managed.dispatch({ type: 'abandon', message: result.message })
  return { ok: false, message: result.message, code: result.code }
}

/** Null when the dependency is as far as its dependent needs it; a sentence when it will not be. */
async function dependencyMet(
  managed: Managed,
  other: string,
  progress: Map<string, Progress>,
  steps: StartSteps,
): Promise<string | null> {
  const dependency = steps.find(other)
  const condition = conditionOf(managed, dependency)
  const { begun, done } = progressOf(progress, other)
  if (condition === 'started') {
    const result = await begun
    return 'ok' in result && !result.ok ? `${other} failed: ${result.message}` : null
  }
  const outcome = await done
  if (!outcome.ok) return `${other} failed: ${outcome.message}`
  if (condition !== 'completed') return null
  return completed(dependency, other)
}

function conditionOf(managed: Managed, { process: { config } }: Managed): DependencyCondition {
  const { dependsOn } = managed.process.config
  return dependsOn[config.name] ?? dependsOn[config.instanceOf ?? ''] ?? 'ready'
}

/** Whether there is nothing to wait for. A job that is to complete is run anew, so there always is. */
function isThere({ process: { status } }: Managed, condition: DependencyCondition): boolean {
  return status === 'running' && condition !== 'completed'
}

function completed(dependency: Managed, name: string): Promise<string | null> {
  return new Promise((resolve) => {
    const check = () => {
      const { status, lastExit, reason, run } = dependency.process
      const over = status === 'stopped' || status === 'error' || (status === 'crashed' && !dependency.process.identity)
      if (!over) return
      unsubscribe()
      resolve(lastExit?.run === run && lastExit.code === 0 ? null : `${name} did not complete: ${reason || status}`)
    }
    const unsubscribe = dependency.onChange(check)
    check()
  })
}

function progressOf(progress: Map<string, Progress>, name: string): Progress {
  const found = progress.get(name)
  if (!found) throw new Error(`${name} is not in the order`)
  return found
}
