import { Beat } from './beat.ts'
import { Budget } from './budget.ts'
import { type WatchFile, watchFile } from './watch-file.ts'

/** Time between looks at a file that cannot be watched, in ms. */
const POLL = 500
/** Looks at once per process and second, and how many of them in a row. */
const RATE = 100
const BURST = 10
/** How many in a row when a watch has come back: enough to tell a file that is still hot. */
const PROBE = 2
/** Beats without a watch on a hot file; doubles while it stays hot. */
const FIRST_PAUSE = 2
const LONGEST_PAUSE = 20

/** What several watches have in common, so that all together stay cheap. */
export interface Shared {
  /** Looks at once after a write to the same file as before: they make times exact. */
  times: Budget
  /** Looks at once after a write to another file than before: the order of a process's lines rests on them. */
  order: Budget
  beat: Beat
}

export interface GrowthOptions {
  /** Keep the app alive. Default false. */
  ref?: boolean
  shared?: Shared
  /** Monotonic, in ms. */
  now?: () => number
  watchFile?: WatchFile
}

/**
 * Says when to look at a process's files: at once after a write while writes are rare, every 50 ms while they are not.
 *
 * An open inotify watch makes every write of the child cost about twice as much and wakes this process for each. So when
 * the budget is spent the watch of that file is closed, it is looked at with every beat, and the watch comes back when a
 * pause is over; the look after reopening catches what was written in between. A quiet file keeps its watch beside a hot one.
 */
export class GrowthWatch {
  readonly #paths: string[]
  readonly #look: (paths: Iterable<string>) => void
  readonly #ref: boolean
  readonly #budget = new Budget(RATE, BURST)
  readonly #shared: Shared | undefined
  readonly #beat: Beat
  readonly #now: () => number
  readonly #watchFile: WatchFile
  readonly #watchers = new Map<string, () => void>()
  /** Files without a watch for a while, and the beats that are left of it. */
  readonly #hot = new Map<string, number>()
  /** Of which the last event was. */
  #written: string | undefined
  #pause = FIRST_PAUSE
  /** Events since a watch came back. Few before the budget is spent again mean that the flood goes on. */
  #calm = 0
  /** A look waits for the next beat, because all processes together are too busy for looking at once. */
  #isDeferred = false
  #poll: NodeJS.Timeout | undefined
  #closed = false

  /** @param look is given the files that may have grown */
  constructor(paths: Iterable<string>, look: (paths: Iterable<string>) => void, options: GrowthOptions = {}) {
    this.#paths = [...new Set(paths)]
    this.#look = look
    this.#ref = options.ref ?? false
    this.#shared = options.shared
    this.#beat = options.shared?.beat ?? new Beat(this.#ref)
    this.#now = options.now ?? (() => performance.now())
    this.#watchFile = options.watchFile ?? watchFile
    this.#open()
  }

  /** A path names another file now: watch that one. */
  rearm(): void {
    if (this.#closed) return
    for (const path of this.#paths) if (!this.#hot.has(path)) this.#suspend(path, 1)
  }

  close(): void {
    this.#closed = true
    for (const close of this.#watchers.values()) close()
    this.#watchers.clear()
    this.#beat.cancel(this.#onBeat)
    clearTimeout(this.#poll)
  }

  #event(path: string): void {
    if (this.#closed || this.#hot.has(path)) return
    const now = this.#now()
    const shared = this.#written === path ? this.#shared?.times : this.#shared?.order
    this.#written = path
    // That a second one comes while a look waits says that its file is too busy for a watch just now.
    if (this.#isDeferred || !this.#budget.take(now)) {
      const [together] = this.#hot.values()
      this.#suspend(path, together ?? this.#pause)
      if (together === undefined) this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
      return
    }
    if (++this.#calm > 2 * BURST) this.#pause = FIRST_PAUSE
    if (shared?.take(now) ?? true) {
      this.#look(this.#paths)
    } else {
      this.#isDeferred = true
      this.#beat.wait(this.#onBeat)
    }
  }

  #suspend(path: string, beats: number): void {
    this.#watchers.get(path)?.()
    this.#watchers.delete(path)
    this.#hot.set(path, beats)
    this.#beat.wait(this.#onBeat)
  }

  readonly #onBeat = (): void => {
    if (this.#closed) return
    // A watch that can have no look at once would wake this process for nothing.
    const now = this.#now()
    const least = this.#shared?.times.isSpent(now) ? 1 : 0
    let hasCooled = false
    for (const [path, beats] of this.#hot) {
      if (beats > 1 || least > 0) {
        this.#hot.set(path, Math.max(least, beats - 1))
      } else {
        this.#hot.delete(path)
        hasCooled = true
      }
    }
    if (hasCooled) {
      this.#calm = 0
      this.#budget.limit(now, PROBE)
    }
    if (this.#hot.size > 0) this.#beat.wait(this.#onBeat)
    this.#reopen()
  }

  /** Looks at what had no watch, once it has one if it can. */
  #reopen(): void {
    const unwatched = this.#paths.filter((path) => !this.#watchers.has(path))
    const looked = this.#isDeferred ? this.#paths : unwatched
    this.#isDeferred = false
    this.#open()
    this.#look(looked)
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
