/** What the tree of a run does at a moment. */
export interface Activity {
  /** ms by a clock that never jumps. */
  at: number
  /** ms of processor time so far. */
  cpu: number
  /** Some thread runs, waits for a processor, or waits for a disk. */
  isBusy: boolean
  /** Whether it accepts connections. */
  listens(): boolean
}

/** Share of one core. A program that boots uses more, or waits for more. */
const IDLE = 0.5
/** ms of processor time after which a program that is always busy does its work. */
const BOOT = 1000

/**
 * Whether a run is past its start. Its age does not show it: how long a program needs to load depends on the machine and on what else
 * runs there. While it loads it is busy, and most programs that cannot start have ended by the time they are idle.
 *
 * @param before the look before this one
 */
export function hasBooted(before: Activity, now: Activity, minUptime: number): boolean {
  const isIdle = !now.isBusy && now.cpu - before.cpu <= IDLE * (now.at - before.at)
  return isIdle || now.cpu >= Math.max(BOOT, minUptime) || now.listens()
}
