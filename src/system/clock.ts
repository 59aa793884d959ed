import { uptime } from 'node:os'
import { monotonic } from './monotonic.ts'
import { HAS_PROC } from './process/proc.ts'

/** Time as a parameter, so that rules and backoff can be tested in virtual time. */
export interface Clock {
  /** Epoch ms, the time of day. It jumps when somebody sets it, and by a suspend of the machine. */
  now(): number
  /** ms since some moment, for durations: it never jumps. */
  monotonic(): number
  /** Epoch ms of the boot, as the time of day is set now; null where processes do not tell when after it they began. */
  bootedAt(): number | null
  /**
   * Runs `action` after `ms`, never earlier by `monotonic`. Returns a function that cancels it. It does not keep the program
   * alive.
   */
  after(ms: number, action: () => void): () => void
}

/** Longest delay of setTimeout in ms. Longer ones would fire at once. */
const LONGEST = 2 ** 31 - 1

/** ms by which the time of day drifts from `monotonic` until the boot is looked up again, which costs a read of a file. */
const DRIFT = 100

/** The boot, and what the time of day was ahead of `monotonic` when it was looked up. */
let boot = { at: 0, offset: Number.NEGATIVE_INFINITY }

function bootedAt(): number {
  const now = Date.now()
  const offset = now - monotonic()
  // A suspend counts for the time since the boot and for the time of day, and `monotonic` stands still.
  if (Math.abs(offset - boot.offset) > DRIFT) boot = { at: now - uptime() * 1000, offset }
  return boot.at
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  bootedAt: () => (HAS_PROC ? bootedAt() : null),
  after(ms, action) {
    const due = monotonic() + ms
    let timer: NodeJS.Timeout
    const wait = (left: number) => {
      const fire = () => {
        // A timer may fire a millisecond early, and a capped one days early.
        const rest = due - monotonic()
        if (rest > 0) wait(rest)
        else action()
      }
      timer = setTimeout(fire, Math.min(Math.max(0, Math.ceil(left)), LONGEST))
      timer.unref?.()
    }
    wait(ms)
    return () => clearTimeout(timer)
  },
}

/** ms between looks at the time of day. */
const LOOK_EVERY = 60_000
/** ms by which the time of day must be set back to count. What keeps a clock exact sets it by less. */
const SET_BACK = 60_000

/**
 * Runs `action` at a time of day, in epoch ms. If the time of day jumps past it, because the machine was suspended or the
 * clock set, that is noticed within a minute. `action` also runs within a minute after the clock was set back, so that the
 * caller can plan again. Returns a function that cancels it.
 *
 * @param offset what `now` was ahead of `monotonic` when the time was planned
 */
export function runAt(
  time: number,
  action: () => void,
  clock: Clock,
  offset = clock.now() - clock.monotonic(),
): () => void {
  let cancel = () => {}
  const look = () => {
    const now = clock.now()
    const isSetBack = now - clock.monotonic() < offset - SET_BACK
    if (now >= time || isSetBack) action()
    else cancel = clock.after(Math.min(time - now, LOOK_EVERY), look)
  }
  cancel = clock.after(Math.min(Math.max(0, time - clock.now()), LOOK_EVERY), look)
  return () => cancel()
}

/** A clock whose actions may fail: what they throw goes to `failed`, and nothing ends by it. */
export function guarded(clock: Clock, failed: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    bootedAt: () => clock.bootedAt(),
    after(ms, action) {
      return clock.after(ms, () => {
        try {
          action()
        } catch (error) {
          failed(error)
        }
      })
    },
  }
}
