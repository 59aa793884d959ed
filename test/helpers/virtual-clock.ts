import type { Clock } from '../../src/system/clock.ts'

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  #now: number
  #timers: { at: number; action: () => void }[] = []

  constructor(now = 1_000_000) {
    this.#now = now
  }

  readonly now = () => this.#now

  readonly monotonic = () => this.#now

  readonly bootedAt = () => null

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** ms until each timer that is set, the next one first. */
  pending(): number[] {
    return this.#timers.map(({ at }) => at - this.#now).sort((a, b) => a - b)
  }

  /** Lets time pass; timers fire in their order, those that they set too. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#now = next.at
      next.action()
    }
    this.#now = end
  }
}

/** Lets everything run that waits for nothing but its turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
