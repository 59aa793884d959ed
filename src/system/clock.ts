/** Time as a parameter, so that rules and backoff are tested in virtual time. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Runs `action` after `ms`; the result cancels. Keeps nothing alive by itself. */
  after(ms: number, action: () => void): () => void
}

/** setTimeout takes at most this many ms; longer ones would fire at once. */
const LONGEST = 2 ** 31 - 1

export const systemClock: Clock = {
  now: Date.now,
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST))
    timer.unref?.()
    return () => clearTimeout(timer)
  },
}
