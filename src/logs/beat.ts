/** ms between two beats. */
const BEAT = 50
/** The more wait, the slower, so many ms for each: all together are called at most a thousand times a second. */
const SHARE = 2

/**
 * One timer for all who have to look again soon: they are called together, every 50 ms, so that a hundred of them wake
 * this process no more often than one. It runs only while someone waits.
 */
export class Beat {
  readonly #ref: boolean
  #waiting = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined

  /** @param ref keeps the app alive while someone waits */
  constructor(ref = false) {
    this.#ref = ref
  }

  /** Calls `callback` at the next beat, once, however often it is asked for. */
  wait(callback: () => void): void {
    this.#waiting.add(callback)
    if (!this.#timer) this.#schedule()
  }

  cancel(callback: () => void): void {
    this.#waiting.delete(callback)
    if (this.#waiting.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#beat(), Math.max(BEAT, SHARE * this.#waiting.size))
    if (!this.#ref) this.#timer.unref()
  }

  #beat(): void {
    this.#timer = undefined
    const due = this.#waiting
    this.#waiting = new Set()
    for (const callback of due) callback()
    // Those who wait again share a timer that began when all of them had been called.
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.size > 0) this.#schedule()
  }
}
