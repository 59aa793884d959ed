/** A token bucket: up to `burst` at once, `rate` a second in the long run. Time in ms comes from the caller. */
export class Budget {
  readonly #rate: number
  readonly #burst: number
  #tokens: number
  #at: number | undefined

  constructor(rate: number, burst: number) {
    this.#rate = rate
    this.#burst = burst
    this.#tokens = burst
  }

  /** Takes one token; `false` when none is left. */
  take(now: number): boolean {
    const elapsed = Math.max(0, now - (this.#at ?? now))
    this.#at = now
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed * this.#rate) / 1000)
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
