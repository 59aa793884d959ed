/** Time as a parameter, so that rules and backoff are tested in virtual time. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Runs `action` after `ms`, not a moment earlier by `now`; the result cancels. Keeps nothing alive by itself. */
  after(ms: number, action: () => void): () => void
}

/** setTimeout takes at most this many ms; longer ones would fire at once. */
const LONGEST = 2 ** 31 - 1

export const systemClock: Clock = {
  now: Date.now,
  after(ms, action) {
    const due = Date.now() + ms
    let timer: NodeJS.Timeout
    const wait = (left: number) => {
      const fire = () => {
        const rest = due - Date.now()
        // A timer may be a millisecond early, and one for a month is early by days. A clock that was set back is not waited for.
        if (rest > 0 && rest < left) wait(rest)
        else action()
      }
      timer = setTimeout(fire, Math.min(Math.max(0, left), LONGEST))
      timer.unref?.()
    }
    wait(ms)
    return () => clearTimeout(timer)
  },
}
