/** ms between two beats. */
export const BEAT = 50
/** The more are called, the longer until the next beat, so many ms for each: all together five hundred times a second. */
const SHARE = 2

/** When someone is to be called: any time from `earliest` on that others are, and at `latest` in any case. */
interface Due {
  earliest: number
  latest: number
}

/**
 * One timer for all who have to look again soon: they are called together, at most every 50 ms, so that a hundred of them
 * wake this process no more often than one. It runs only while someone waits.
 */
export class Beat {
  readonly #ref: boolean
  readonly #now: () => number
  readonly #waiting = new Map<() => void, Due>()
  /** When the timer that runs calls. */
  #at = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #notBefore = Number.NEGATIVE_INFINITY
  #isBeating = false

  /**
   * @param ref keeps the app alive while someone waits
   * @param now monotonic, in ms
   */
  constructor(ref = false, now: () => number = () => performance.now()) {
    this.#ref = ref
    this.#now = now
  }

  /**
   * Calls `callback` once, after `ms`; the first of several requests counts that comes due. Of what is beyond one beat up to a
   * half is not waited for when others are called, so that those who wait as long soon wait together.
   */
  wait(callback: () => void, ms = BEAT): void {
    const now = this.#now()
    const due = this.#waiting.get(callback)
    if (due && due.latest <= now + ms) return
    this.#waiting.set(callback, { earliest: now + (ms - BEAT) / 2, latest: now + ms })
    if (!this.#isBeating && Math.max(now + ms, this.#notBefore) < this.#at) this.#schedule(now + ms, now)
  }

  cancel(callback: () => void): void {
    this.#waiting.delete(callback)
    if (this.#waiting.size === 0) this.#rest()
  }

  #schedule(latest: number, now: number): void {
    this.#rest()
    this.#at = Math.max(latest, this.#notBefore)
    this.#timer = setTimeout(() => this.#beat(), Math.ceil(this.#at - now))
    if (!this.#ref) this.#timer.unref()
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#at = Number.POSITIVE_INFINITY
  }

  #beat(): void {
    this.#rest()
    const began = this.#now()
    const called = [...this.#waiting].filter(([, { earliest }]) => earliest <= began).map(([callback]) => callback)
    for (const callback of called) this.#waiting.delete(callback)
    this.#isBeating = true
    try {
      for (const callback of called) callback()
    } finally {
      this.#isBeating = false
      this.#next(called.length)
    }
  }

  /** Those who wait again share a timer that begins when all of them have been called. */
  #next(called: number): void {
    const now = this.#now()
    this.#notBefore = now + Math.max(BEAT, SHARE * called)
    if (this.#waiting.size === 0) return
    let latest = Number.POSITIVE_INFINITY
    for (const due of this.#waiting.values()) latest = Math.min(latest, due.latest)
    this.#schedule(latest, now)
  }
}
