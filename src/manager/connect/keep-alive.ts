import type { ProcessState } from '../../model/views/state.ts'

const LOOK_EVERY = 1000

/**
 * Keeps the app alive while processes that it started through another supervisor are wanted up, as an embedded supervisor
 * does. The app's end would stop them.
 */
export class KeepAlive {
  readonly #names = new Set<string>()
  readonly #list: () => Promise<ProcessState[]>
  #timer: NodeJS.Timeout | undefined
  /** A supervisor that hangs may not answer before the next check. */
  #isLooking = false

  constructor(list: () => Promise<ProcessState[]>) {
    this.#list = list
  }

  names(): string[] {
    return [...this.#names]
  }

  /** @param remote the supervisor is another process */
  add(names: string[], remote: boolean): void {
    for (const name of names) this.#names.add(name)
    const look = () => {
      if (!this.#isLooking) void this.#look()
    }
    if (remote && names.length > 0) this.#timer ??= setInterval(look, LOOK_EVERY)
  }

  /** Checks at once after a stop, so that the app can end without delay. */
  async update(): Promise<void> {
    if (this.#timer) await this.#look()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#names.clear()
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    try {
      const states = await this.#list()
      const up = new Set(states.filter(({ wanted }) => wanted === 'up').map(({ name }) => name))
      for (const name of this.#names) if (!up.has(name)) this.#names.delete(name)
      if (this.#names.size === 0) this.end()
    } catch {
      // The supervisor is gone or hangs. The next check may find another.
    } finally {
      this.#isLooking = false
    }
  }
}
