import { RateLimiter } from './rate-limiter.ts'
import { SharedTimer, TICK } from './shared-timer.ts'
import { type WatchFile, watchFile } from './watch-file.ts'

/** Time in ms between checks of a file that cannot be watched. */
const POLL = 500
/** Immediate checks per process and second, and how many of them in a row. */
const RATE = 100
const BURST = 10
/** Immediate checks in a row after a watch was reopened: enough to recognise a file that is still hot. */
const REOPENED_BURST = 2
/** Time in ms for which a hot file has no watch. It grows by the factor while the file stays hot. */
const FIRST_PAUSE = 100
const PAUSE_FACTOR = 4
const LONGEST_PAUSE = 5000
/** Least number of checks during a pause. */
const CHECKS_PER_PAUSE = 5
/**
 * Time in ms without growth after which a hot file gets its watch back in any case, since it will rarely wake this
 * process.
 */
const QUIET = 500

/** Shared by several watchers, so that all together stay cheap. */
export interface Shared {
  /** Limits checks after a write to the same file as before, which make times exact. Checks of hot files count too. */
  times: RateLimiter
  /** Limits immediate checks after a write to another file than before, which the order of a process's lines depends on. */
  order: RateLimiter
  timer: SharedTimer
}

export interface GrowthOptions {
  /** Keep the app alive. Default false. */
  ref?: boolean
  shared?: Shared
  /**
   * Time in ms between checks of a single hot file while the others are quiet. Default one tick. Longer intervals make
   * times less exact, but keep the order of a process's lines, since a write to another of its files checks them all.
   */
  hotFileInterval?: number
  /** Monotonic, in ms. */
  now?: () => number
  watchFile?: WatchFile
}

/** Checks files that may have grown, now or soon. Returns false if none has. */
export type CheckFiles = (paths: readonly string[]) => boolean

/**
 * Decides when to check the files of a process: immediately after a write while writes are rare, otherwise every 50 ms.
 *
 * An open inotify watch doubles the cost of every write of the child, and each write wakes this process. When the rate
 * limit is reached, the file is hot: its watch is closed and the file is checked at every tick. The watch is reopened
 * after a pause, or when the writes stop; a check right after reopening catches what was written in between. A quiet
 * file keeps its watch beside a hot one.
 */
export class FileGrowthWatcher {
  readonly #paths: readonly string[]
  readonly #check: CheckFiles
  readonly #ref: boolean
  readonly #limiter = new RateLimiter(RATE, BURST)
  readonly #shared: Shared | undefined
  readonly #hotFileInterval: number
  readonly #timer: SharedTimer
  readonly #now: () => number
  readonly #watchFile: WatchFile
  readonly #watchers = new Map<string, () => void>()
  /** Hot files, with the end of their pause. */
  readonly #hot = new Map<string, number>()
  /** File of the last event. */
  #lastWritten: string | undefined
  #pause = FIRST_PAUSE
  /** Events since a watch was reopened. If the limit is reached after few, the flood goes on. */
  #eventsSinceReopen = 0
  /** Time at which a check of hot files found growth. */
  #lastGrowth = 0
  /** A check waits for the next tick, because all processes together are too busy for an immediate one. */
  #isDeferred = false
  #poll: NodeJS.Timeout | undefined
  #closed = false

  constructor(paths: Iterable<string>, check: CheckFiles, options: GrowthOptions = {}) {
    this.#paths = [...new Set(paths)]
    this.#check = check
    this.#ref = options.ref ?? false
    this.#shared = options.shared
    this.#hotFileInterval = options.hotFileInterval ?? TICK
    this.#now = options.now ?? (() => performance.now())
    this.#timer = options.shared?.timer ?? new SharedTimer(this.#ref, this.#now)
    this.#watchFile = options.watchFile ?? watchFile
    this.#open()
  }

  /** Watches the files that the paths name now. To be called when one has been replaced. */
  rearm(): void {
    if (this.#closed) return
    for (const path of this.#paths) if (!this.#hot.has(path)) this.#suspend(path, this.#now() + TICK)
  }

  close(): void {
    this.#closed = true
    for (const close of this.#watchers.values()) close()
    this.#watchers.clear()
    this.#timer.cancel(this.#onTick)
    clearTimeout(this.#poll)
  }

  #event(path: string): void {
    if (this.#closed || this.#hot.has(path)) return
    const now = this.#now()
    const shared = this.#lastWritten === path ? this.#shared?.times : this.#shared?.order
    this.#lastWritten = path
    // A second event while a check waits shows that the file is too busy for a watch.
    if (this.#isDeferred || !this.#limiter.take(now)) {
      const [together] = this.#hot.values()
      this.#suspend(path, together ?? now + this.#pause)
      if (together === undefined) this.#lengthenPause()
      return
    }
    if (++this.#eventsSinceReopen > 2 * BURST) this.#pause = FIRST_PAUSE
    if (shared?.take(now) ?? true) {
      this.#check(this.#paths)
    } else {
      this.#isDeferred = true
      this.#timer.wait(this.#onTick)
    }
  }

  #suspend(path: string, until: number): void {
    this.#watchers.get(path)?.()
    this.#watchers.delete(path)
    if (this.#hot.size === 0) this.#lastGrowth = this.#now()
    this.#hot.set(path, until)
    this.#timer.wait(this.#onTick)
  }

  readonly #onTick = (): void => {
    if (this.#closed) return
    this.#endPauses(this.#now())
    this.#reopen()
    if (this.#hot.size > 0) this.#timer.wait(this.#onTick, this.#untilNextCheck())
  }

  /** Ends the pauses that are over. */
  #endPauses(now: number): void {
    const count = this.#hot.size
    const over = [...this.#hot].filter(([, until]) => until <= now)
    if (now - this.#lastGrowth >= QUIET) {
      this.#hot.clear()
      this.#pause = FIRST_PAUSE
    } else if (!this.#shared?.times.isSpent(now)) {
      for (const [path] of over) this.#hot.delete(path)
    } else if (over.length > 0) {
      // A watch would wake this process in vain, since no immediate check is allowed.
      this.#lengthenPause()
    }
    if (this.#hot.size === count) return
    this.#eventsSinceReopen = 0
    this.#limiter.limit(now, REOPENED_BURST)
  }

  #lengthenPause(): void {
    this.#pause = Math.min(PAUSE_FACTOR * this.#pause, LONGEST_PAUSE)
  }

  #untilNextCheck(): number {
    if (this.#hot.size > 1) return TICK
    return Math.max(TICK, Math.min(this.#hotFileInterval, this.#pause / CHECKS_PER_PAUSE))
  }

  /** Reopens watches, then checks the files that had none. */
  #reopen(): void {
    const unwatched = this.#paths.filter((path) => !this.#watchers.has(path))
    const unchecked = this.#isDeferred ? this.#paths : unwatched
    this.#isDeferred = false
    this.#open()
    if (!this.#check(unchecked)) return
    this.#lastGrowth = this.#now()
    this.#shared?.times.charge(this.#lastGrowth)
  }

  #open(): void {
    for (const path of this.#paths) {
      if (this.#watchers.has(path) || this.#hot.has(path)) continue
      const lost = () => {
        this.#watchers.delete(path)
        this.#pollLater()
      }
      const close = this.#watchFile(path, { event: () => this.#event(path), lost }, this.#ref)
      if (close) this.#watchers.set(path, close)
      else this.#pollLater()
    }
  }

  #pollLater(): void {
    if (this.#closed || this.#poll) return
    this.#poll = setTimeout(() => {
      this.#poll = undefined
      this.#reopen()
    }, POLL)
    if (!this.#ref) this.#poll.unref()
  }
}
