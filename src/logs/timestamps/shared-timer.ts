/** Shortest time between two ticks, in ms. */
export const TICK = 50
/** Time in ms that each callback adds until the next tick, so that all together are called at most 500 times a second. */
const PER_CALLBACK = 2

/** A callback is called at the first tick from `earliest` on; `latest` schedules a tick for it. */
interface Due {
  earliest: number
  latest: number
}

/**
 * One timer for many waiters. It calls them together, at most every 50 ms, so that a hundred waiters wake this process
 * no more often than one. It runs only while there are waiters.
 */
export class SharedTimer {
  readonly #ref: boolean
  readonly #now: () => number
  readonly #waiting = new Map<() => void, Due>()
  /** Time of the scheduled tick. */
  #at = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #notBefore = Number.NEGATIVE_INFINITY
  #isTicking = false

  /**
   * @param ref keeps the app alive while there are waiters
   * @param now monotonic, in ms
   */
  constructor(ref = false, now: () => number = () => performance.now()) {
    this.#ref = ref
    this.#now = now
  }

  /**
   * Calls `callback` once, after `ms`. Of several requests for one callback, the earliest counts. A waiter more than
   * one tick away may be called up to half the excess early, so that equal intervals meet.
   */
  wait(callback: () => void, ms = TICK): void {
    const now = this.#now()
    const due = this.#waiting.get(callback)
    if (due && due.latest <= now + ms) return
    this.#waiting.set(callback, { earliest: now + (ms - TICK) / 2, latest: now + ms })
    if (!this.#isTicking && Math.max(now + ms, this.#notBefore) < this.#at) this.#schedule(now + ms, now)
  }

  cancel(callback: () => void): void {
    this.#waiting.delete(callback)
    if (this.#waiting.size === 0) this.#stop()
  }

  #schedule(latest: number, now: number): void {
    this.#stop()
    this.#at = Math.max(latest, this.#notBefore)
    this.#timer = setTimeout(() => this.#tick(), Math.ceil(this.#at - now))
    if (!this.#ref) this.#timer.unref()
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#at = Number.POSITIVE_INFINITY
  }

  #tick(): void {
    this.#stop()
    const began = this.#now()
    const called = [...this.#waiting].filter(([, { earliest }]) => earliest <= began).map(([callback]) => callback)
    for (const callback of called) this.#waiting.delete(callback)
    this.#isTicking = true
    try {
      for (const callback of called) callback()
    } finally {
      this.#isTicking = false
      this.#next(called.length)
    }
  }

  /** Schedules the next tick after all callbacks have run, so that those that wait again share it. */
  #next(called: number): void {
    const now = this.#now()
    this.#notBefore = now + Math.max(TICK, PER_CALLBACK * called)
    if (this.#waiting.size === 0) return
    let latest = Number.POSITIVE_INFINITY
    for (const due of this.#waiting.values()) latest = Math.min(latest, due.latest)
    this.#schedule(latest, now)
  }
}
