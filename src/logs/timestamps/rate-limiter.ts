/** A token bucket: up to `burst` tokens at once, `rate` a second in the long run. The caller passes the time in ms. */
export class RateLimiter {
  readonly #rate: number
  readonly #burst: number
  #tokens: number
  #at: number | undefined

  constructor(rate: number, burst: number) {
    this.#rate = rate
    this.#burst = burst
    this.#tokens = burst
  }

  /** Takes one token. Returns false if none is left. */
  take(now: number): boolean {
    if (this.isSpent(now)) return false
    this.#tokens -= 1
    return true
  }

  /** Takes one token even if none is left. The debt, at most a burst, is paid off by later tokens. */
  charge(now: number): void {
    this.#refill(now)
    this.#tokens = Math.max(-this.#burst, this.#tokens - 1)
  }

  isSpent(now: number): boolean {
    this.#refill(now)
    return this.#tokens < 1
  }

  /** Reduces the tokens to `tokens`. They are refilled at the usual rate. */
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
