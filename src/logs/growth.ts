import { BEAT, Beat } from './beat.ts'
import { Budget } from './budget.ts'
import { type WatchFile, watchFile } from './watch-file.ts'

/** Time between looks at a file that cannot be watched, in ms. */
const POLL = 500
/** Looks at once per process and second, and how many of them in a row. */
const RATE = 100
const BURST = 10
/** How many in a row when a watch has come back: enough to tell a file that is still hot. */
const PROBE = 2
/** ms without a watch on a hot file, and how many times as long while it stays hot. */
const FIRST_PAUSE = 100
const LONGER = 4
const LONGEST_PAUSE = 5000
/** So many looks at least in one such pause. */
const LOOKS = 5
/** ms without growth after which a hot file gets its watch back in any case: it will seldom wake this process. */
const QUIET = 500

/** What several watches have in common, so that all together stay cheap. */
export interface Shared {
  /** Looks after a write to the same file as before: they make times exact. Looks at hot files are charged to it too. */
  times: Budget
  /** Looks at once after a write to another file than before: the order of a process's lines rests on them. */
  order: Budget
  beat: Beat
}

export interface GrowthOptions {
  /** Keep the app alive. Default false. */
  ref?: boolean
  shared?: Shared
  /**
   * ms between looks at the one file that stays hot while the others are quiet; default: one beat. It costs exact times, but
   * not the order of a process's lines: as soon as another of its files is written, there is a look at all.
   */
  patience?: number
  /** Monotonic, in ms. */
  now?: () => number
  watchFile?: WatchFile
}

/** Looks at files that may have grown, or sees to it; `false`: none of them has. */
export type Look = (paths: readonly string[]) => boolean

/**
 * Says when to look at a process's files: at once after a write while writes are rare, every 50 ms while they are not.
 *
 * An open inotify watch makes every write of the child cost about twice as much and wakes this process for each. So when
 * the budget is spent the watch of that file is closed, it is looked at with every beat, and the watch comes back when a
 * pause is over or nothing is written any more; the look after reopening catches what was written in between. A quiet file keeps its
 * watch beside a hot one.
 */
export class GrowthWatch {
  readonly #paths: readonly string[]
  readonly #look: Look
  readonly #ref: boolean
  readonly #budget = new Budget(RATE, BURST)
  readonly #shared: Shared | undefined
  readonly #patience: number
  readonly #beat: Beat
  readonly #now: () => number
  readonly #watchFile: WatchFile
  readonly #watchers = new Map<string, () => void>()
  /** Files without a watch for a while, and until when. */
  readonly #hot = new Map<string, number>()
  /** Of which the last event was. */
  #written: string | undefined
  #pause = FIRST_PAUSE
  /** Events since a watch came back. Few before the budget is spent again mean that the flood goes on. */
  #calm = 0
  /** When a look at hot files found growth. */
  #grownAt = 0
  /** A look waits for the next beat, because all processes together are too busy for looking at once. */
  #isDeferred = false
  #poll: NodeJS.Timeout | undefined
  #closed = false

  constructor(paths: Iterable<string>, look: Look, options: GrowthOptions = {}) {
    this.#paths = [...new Set(paths)]
    this.#look = look
    this.#ref = options.ref ?? false
    this.#shared = options.shared
    this.#patience = options.patience ?? BEAT
    this.#now = options.now ?? (() => performance.now())
    this.#beat = options.shared?.beat ?? new Beat(this.#ref, this.#now)
    this.#watchFile = options.watchFile ?? watchFile
    this.#open()
  }

  /** A path names another file now: watch that one. */
  rearm(): void {
    if (this.#closed) return
    for (const path of this.#paths) if (!this.#hot.has(path)) this.#suspend(path, this.#now() + BEAT)
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
      this.#suspend(path, together ?? now + this.#pause)
      if (together === undefined) this.#lengthen()
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

  #suspend(path: string, until: number): void {
    this.#watchers.get(path)?.()
    this.#watchers.delete(path)
    if (this.#hot.size === 0) this.#grownAt = this.#now()
    this.#hot.set(path, until)
    this.#beat.wait(this.#onBeat)
  }

  readonly #onBeat = (): void => {
    if (this.#closed) return
    this.#cool(this.#now())
    this.#reopen()
    if (this.#hot.size > 0) this.#beat.wait(this.#onBeat, this.#untilNextLook())
  }

  /** Gives up the pauses that are over. */
  #cool(now: number): void {
    const count = this.#hot.size
    const over = [...this.#hot].filter(([, until]) => until <= now)
    if (now - this.#grownAt >= QUIET) {
      this.#hot.clear()
      this.#pause = FIRST_PAUSE
    } else if (!this.#shared?.times.isSpent(now)) {
      for (const [path] of over) this.#hot.delete(path)
    } else if (over.length > 0) {
      // A watch would wake this process for nothing: there can be no look at once.
      this.#lengthen()
    }
    if (this.#hot.size === count) return
    this.#calm = 0
    this.#budget.limit(now, PROBE)
  }

  #lengthen(): void {
    this.#pause = Math.min(LONGER * this.#pause, LONGEST_PAUSE)
  }

  #untilNextLook(): number {
    if (this.#hot.size > 1) return BEAT
    return Math.max(BEAT, Math.min(this.#patience, this.#pause / LOOKS))
  }

  /** Looks at what had no watch, once it has one if it can. */
  #reopen(): void {
    const unwatched = this.#paths.filter((path) => !this.#watchers.has(path))
    const looked = this.#isDeferred ? this.#paths : unwatched
    this.#isDeferred = false
    this.#open()
    if (!this.#look(looked)) return
    this.#grownAt = this.#now()
    this.#shared?.times.charge(this.#grownAt)
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
