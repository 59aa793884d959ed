import type { Identity } from '../model/process.ts'
import { isAlive } from '../system/identity.ts'
import type { Managed } from './managed.ts'

const EVERY = 1000

/**
 * Stops what an app started when that app ends. The supervisor's own app is not watched (its exit does the same at once);
 * of others no runtime tells, so they are asked for once a second, and only while they own something that runs.
 */
export class Owners {
  readonly #all: () => Managed[]
  readonly #self: Identity
  #timer: NodeJS.Timeout | undefined

  constructor(all: () => Managed[], self: Identity) {
    this.#all = all
    this.#self = self
  }

  /** Starts or ends the watch as needed. */
  update(): void {
    const needed = this.#owned().length > 0
    if (needed && !this.#timer) this.#timer = setInterval(() => this.#check(), EVERY).unref()
    if (!needed) this.close()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #owned(): Managed[] {
    return this.#all().filter(
      ({ process: { owner, wanted } }) => owner !== null && wanted === 'up' && owner.pid !== this.#self.pid,
    )
  }

  #check(): void {
    for (const managed of this.#owned()) {
      if (managed.process.owner && !isAlive(managed.process.owner)) managed.dispatch({ type: 'stop' })
    }
  }
}
