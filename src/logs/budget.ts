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
    if (this.isSpent(now)) return false
    this.#tokens -= 1
    return true
  }

  /** Takes one token that there may not be: up to a burst is owed, and comes off what comes back. */
  charge(now: number): void {
    this.#refill(now)
    this.#tokens = Math.max(-this.#burst, this.#tokens - 1)
  }

  isSpent(now: number): boolean {
    this.#refill(now)
    return this.#tokens < 1
  }

  /** Leaves no more than so many tokens; they come back at the usual rate. */
  limit(now: number, tokens: number): void {
    this.#refill(now)
    this.#tokens = Math.min(this.#tokens, tokens)
  }

  #refill(now: number): void {
    const elapsed = Math.max(0, now - (this.#at ?? now))
    this.#at = now
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsed * this.#rate) / 1000)
  }
}
