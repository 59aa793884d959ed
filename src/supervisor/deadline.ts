import type { Clock } from '../system/clock.ts'

/** How long a command waits. What is not through by then goes on, only nobody waits for it any more. */
export class Deadline {
  /** Resolves when time is up; never without a limit. */
  readonly #passed: Promise<void>
  readonly #cancel: () => void

  /** `timeout` in ms; absent: as long as it takes. */
  constructor(timeout: number | undefined, clock: Pick<Clock, 'after'>) {
    let pass = () => {}
    this.#passed = new Promise((resolve) => (pass = resolve))
    this.#cancel = timeout === undefined ? () => {} : clock.after(timeout, pass)
  }

  /** What `done` resolves with, or `late` tells when time is up first. */
  race<Result>(done: Promise<Result>, late: () => Promise<Result>): Promise<Result> {
    return Promise.race([done, this.#passed.then(late)])
  }

  end(): void {
    this.#cancel()
  }
}
