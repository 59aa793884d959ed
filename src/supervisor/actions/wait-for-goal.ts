import { evaluate, type Goal } from '../../model/lifecycle/goal.ts'
import type { Result } from '../../model/lifecycle/result.ts'
import type { Clock } from '../../system/clock.ts'
import type { Managed } from '../managed.ts'

/** Resolves when the goal is reached, or cannot be reached any more. */
export function waitForGoal(managed: Managed, goal: Goal): Promise<Result> {
  return new Promise((resolve) => {
    const check = () => {
      const result = evaluate(managed.process, goal)
      if (result === 'pending') return
      unsubscribe()
      resolve(result)
    }
    const unsubscribe = managed.onChange(check)
    check()
  })
}

/** Limits how long a command waits. Afterwards the work goes on, but the command does not wait for it. */
export class Deadline {
  /** Resolves when time is up. Never resolves without a limit. */
  readonly #passed: Promise<void>
  readonly #cancel: () => void

  /** @param timeout in ms; absent means no limit */
  constructor(timeout: number | undefined, clock: Pick<Clock, 'after'>) {
    let pass = () => {}
    this.#passed = new Promise((resolve) => (pass = resolve))
    this.#cancel = timeout === undefined ? () => {} : clock.after(timeout, pass)
  }

  /** Resolves like `done`, or like the result of `late` if time is up first. */
  race<Result>(done: Promise<Result>, late: () => Promise<Result>): Promise<Result> {
    return Promise.race([done, this.#passed.then(late)])
  }

  end(): void {
    this.#cancel()
  }
}
