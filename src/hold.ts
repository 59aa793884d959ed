import type { ProcessState } from './model/state.ts'

const LOOK_EVERY = 1000

/**
 * What this app started through a supervisor in another process. While some of it is wanted up the app is kept alive, as it
 * would be with an embedded supervisor: its end would end them.
 */
export class Hold {
  readonly #names = new Set<string>()
  readonly #list: () => Promise<ProcessState[]>
  #timer: NodeJS.Timeout | undefined

  constructor(list: () => Promise<ProcessState[]>) {
    this.#list = list
  }

  names(): string[] {
    return [...this.#names]
  }

  /** @param remote the supervisor is another process */
  add(names: string[], remote: boolean): void {
    for (const name of names) this.#names.add(name)
    if (remote && names.length > 0) this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY)
  }

  /** After a stop: looks at once, so that the app need not wait for the next look. */
  async update(): Promise<void> {
    if (this.#timer) await this.#look()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#names.clear()
  }

  async #look(): Promise<void> {
    try {
      const states = await this.#list()
      const up = new Set(states.filter(({ wanted }) => wanted === 'up').map(({ name }) => name))
      for (const name of this.#names) if (!up.has(name)) this.#names.delete(name)
      if (this.#names.size === 0) this.end()
    } catch {
      // The supervisor is away; the next look may find another.
    }
  }
}
