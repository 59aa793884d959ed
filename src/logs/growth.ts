import { Budget } from './budget.ts'
import { type WatchFile, watchFile } from './watch-file.ts'

/** Time between looks at a file that is hot, in ms. */
const TICK = 50
/** Time between looks at a file that cannot be watched, in ms. */
const POLL = 500
/** Looks at once per process and second, and how many of them in a row. */
const RATE = 100
const BURST = 10
/** Ticks without a watcher after the budget ran out; doubles while that keeps happening. */
const FIRST_PAUSE = 2
const LONGEST_PAUSE = 20

export interface GrowthOptions {
  /** Keep the app alive. Default false. */
  ref?: boolean
  /** A budget that several watches share. */
  shared?: Budget
  /** Monotonic, in ms. */
  now?: () => number
  watchFile?: WatchFile
}

/**
 * Says when to look at a process's files: at once after a write while writes are rare, every 50 ms while they are not.
 *
 * An open inotify watch makes every write of the child cost about twice as much and wakes this process for each. So when
 * the budget is spent all watches are closed, the files are looked at on a timer, and the watches come back when a pause is over;
 * the look after reopening catches what was written in between.
 */
export class GrowthWatch {
  readonly #paths: string[]
  readonly #look: () => void
  readonly #ref: boolean
  readonly #budget = new Budget(RATE, BURST)
  readonly #shared: Budget | undefined
  readonly #now: () => number
  readonly #watchFile: WatchFile
  readonly #watchers = new Map<string, () => void>()
  #timer: NodeJS.Timeout | undefined
  #pause = FIRST_PAUSE
  /** Ticks left until the watches come back; 0 while they are open. */
  #ticks = 0
  /** Events since the watches came back. Few before the budget is spent again means that the flood goes on. */
  #calm = 0
  /** A look waits for the next tick, because all processes together are too busy for looking at once. */
  #isDeferred = false
  #closed = false

  constructor(paths: Iterable<string>, look: () => void, options: GrowthOptions = {}) {
    this.#paths = [...new Set(paths)]
    this.#look = look
    this.#ref = options.ref ?? false
    this.#shared = options.shared
    this.#now = options.now ?? (() => performance.now())
    this.#watchFile = options.watchFile ?? watchFile
    this.#open()
  }

  /** A path names another file now: watch that one. */
  rearm(): void {
    if (!this.#closed && this.#ticks === 0) this.#suspend(1)
  }

  close(): void {
    this.#closed = true
    this.#closeWatchers()
    clearTimeout(this.#timer)
  }

  #event(): void {
    if (this.#closed) return
    const now = this.#now()
    if (!this.#budget.take(now)) {
      this.#suspend(this.#pause)
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
      return
    }
    if (++this.#calm > 2 * BURST) this.#pause = FIRST_PAUSE
    if (this.#isDeferred) return
    if (this.#shared?.take(now) ?? true) {
      this.#look()
    } else {
      this.#isDeferred = true
      this.#schedule(TICK)
    }
  }

  #suspend(ticks: number): void {
    this.#isDeferred = false
    this.#closeWatchers()
    this.#ticks = ticks
    this.#schedule(TICK)
  }

  #tick(): void {
    this.#isDeferred = false
    if (this.#ticks > 0) this.#ticks -= 1
    if (this.#ticks > 0) {
      this.#schedule(TICK)
    } else {
      this.#calm = 0
      this.#open()
    }
    this.#look()
  }

  #open(): void {
    for (const path of this.#paths) {
      if (this.#watchers.has(path)) continue
      const lost = () => {
        this.#watchers.delete(path)
        if (!this.#closed && this.#ticks === 0) this.#schedule(POLL)
      }
      const close = this.#watchFile(path, { event: () => this.#event(), lost }, this.#ref)
      if (close) this.#watchers.set(path, close)
    }
    if (this.#watchers.size < this.#paths.length) this.#schedule(POLL)
  }

  #closeWatchers(): void {
    for (const close of this.#watchers.values()) close()
    this.#watchers.clear()
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tick(), ms)
    if (!this.#ref) this.#timer.unref()
  }
}
