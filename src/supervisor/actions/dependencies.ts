import type { DependencyCondition } from '../../model/config/config.ts'
import { type DependencyFailed, dependencyResult } from '../../model/lifecycle/dependency.ts'
import { evaluate, type UpGoal } from '../../model/lifecycle/goal.ts'
import { isAtRest, wasReady } from '../../model/lifecycle/phase.ts'
import type { Failure, Result } from '../../model/lifecycle/result.ts'
import type { Clock } from '../../system/clock.ts'
import type { Managed } from '../managed.ts'

/** A process that others of the same command depend on. */
export interface Dependency {
  managed: Managed
  /** Resolves when the process has been started, with the goal to wait for, or with the failure. */
  begun: Promise<UpGoal | Failure>
  /** The same once it is known; null before. */
  start: UpGoal | Failure | null
}

export function conditionOf(dependent: Managed, { process: { config } }: Managed): DependencyCondition {
  const { dependsOn } = dependent.process.config
  return dependsOn[config.name] ?? dependsOn[config.instanceOf ?? ''] ?? 'ready'
}

/** Whether there is nothing to wait for. There always is for a job that has to complete, since it runs again. */
export function isMet(dependent: Managed, dependency: Managed): boolean {
  const isUp = wasReady(dependency.process.phase) && !isHeldUpByPause(dependent, dependency)
  return isUp && conditionOf(dependent, dependency) !== 'completed'
}

/** Whether a dependent has to wait until somebody resumes the dependency. */
export function isHeldUpByPause(dependent: Managed, dependency: Managed): boolean {
  return dependency.process.phase.type === 'paused' && conditionOf(dependent, dependency) !== 'started'
}

/**
 * Waits as long as all dependencies can still come to where a dependent needs them. Resolves to null when they are there, all at
 * the same time; to the cause when one of them cannot come any more; and to `over` when the dependent waits no longer, because
 * another order has stopped or started it.
 */
export function waitForDependencies(
  dependent: Managed,
  needed: Dependency[],
): Promise<DependencyFailed | 'over' | null> {
  /** Jobs that have done their work. What they do later does not undo it. */
  const completed = new Set<Dependency>()
  const hasWaited = dependent.process.phase.type === 'waiting'
  return new Promise((resolve) => {
    const check = () => {
      const results = needed.map((dependency) => {
        const condition = conditionOf(dependent, dependency.managed)
        const result = completed.has(dependency)
          ? 'met'
          : dependencyResult(dependency.managed.process, dependency.start, condition)
        if (result === 'met' && condition === 'completed') completed.add(dependency)
        return result
      })
      const failure = results.find((result) => typeof result === 'object')
      const isOver = hasWaited && dependent.process.phase.type !== 'waiting'
      if (!failure && !isOver && results.includes('pending')) return
      for (const end of ends) end()
      resolve(isOver ? 'over' : (failure ?? null))
    }
    const ends = [dependent, ...needed.map(({ managed }) => managed)].map((managed) => managed.onChange(check))
    for (const { begun } of needed) void begun.then(check, () => {})
    check()
  })
}

/**
 * Waits until a process that others wait for is up. Unlike for any other start, a failed attempt is not the end of that, as long as
 * another one follows within `startTimeout`.
 *
 * @param isJob others wait for its end: whatever follows a run that did its work, however short that was
 */
export function waitForAttempts(
  managed: Managed,
  goal: UpGoal,
  isJob: boolean,
  clock: Pick<Clock, 'after'>,
): Promise<Result> {
  return new Promise((resolve) => {
    let isLate = false
    const check = () => {
      const { phase, lastExit } = managed.process
      const result = evaluate(managed.process, goal)
      if (result === 'pending') return
      const isFailed = result.result === 'failed'
      const isDone = isFailed && isJob && dependencyResult(managed.process, goal, 'completed') === 'met'
      if (isFailed && !isDone && !isAtRest(phase) && !isLate) return
      unsubscribe()
      cancel()
      resolve(isDone ? { result: 'completed', code: lastExit?.code ?? 0 } : result)
    }
    const cancel = clock.after(managed.process.config.startTimeout, () => {
      isLate = true
      check()
    })
    const unsubscribe = managed.onChange(check)
    check()
  })
}
