import type { Clock } from '../../src/system/clock.ts'

/** Time that passes only when it is told to; timers fire in the order of their times. */
export class VirtualClock implements Clock {
  #now = 0
  #offset = 0
  #timers: { at: number; action: () => void }[] = []

  now(): number {
    return this.#now + this.#offset
  }

  /** Somebody sets the clock, or the machine was suspended: the time of day jumps by `ms`, and no timer runs for that. */
  jump(ms: number): void {
    this.#offset += ms
  }

  readonly monotonic = () => this.#now

  readonly bootedAt = () => null

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  get pending(): number {
    return this.#timers.length
  }

  /** Lets `ms` pass, and everything that promises have to do between two timers. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settled()
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = next.at
      next.action()
    }
    this.#now = end
  }
}

/** Every promise that can go on without a timer has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
