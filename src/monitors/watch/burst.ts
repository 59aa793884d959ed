import type { Clock } from '../../system/clock.ts'

/** ms after which a burst is settled although it goes on: something rewrites files without end, or a lock is left over. */
const LONGEST = 60_000
/** ms at least before another look whether a burst is still held up. */
const LOOK_EVERY = 50

export interface BurstOptions {
  clock: Clock
  /** ms without a change that end a burst. */
  debounce: number
  /** Whether more is known to come. */
  isHeld(): boolean
  /** Whether a file of the burst has really changed. */
  isChanged(file: string): Promise<boolean>
  /** Called once for each burst in which a file changed; `at` is the epoch ms of its beginning. */
  settled(files: string[], at: number): void
}

/** Gathers changes that come in quick succession. */
export class Burst {
  readonly #options: BurstOptions
  readonly #touched = new Set<string>()
  readonly #changed = new Set<string>()
  /** The beginning of the burst: epoch ms, and in ms of the monotonic clock. */
  #at = 0
  #since = 0
  /** Until then more may come; monotonic. */
  #quietAt = 0
  #checking = false
  #ended = false
  #cancel = () => {}

  constructor(options: BurstOptions) {
    this.#options = options
  }

  /** @param delay ms by which another change of the same moment may be noticed later than this one */
  touch(file: string, delay = 0): void {
    if (this.#ended) return
    const { clock, debounce } = this.#options
    const now = clock.monotonic()
    if (this.#touched.size === 0 && this.#changed.size === 0) {
      this.#at = clock.now()
      this.#since = now
      this.#quietAt = now
    }
    this.#touched.add(file)
    this.#quietAt = Math.max(this.#quietAt, now + Math.max(debounce, delay))
    this.#wait(this.#quietAt - now)
  }

  end(): void {
    this.#ended = true
    this.#cancel()
  }

  #wait(ms: number): void {
    const { clock } = this.#options
    const left = this.#since + LONGEST - clock.monotonic()
    this.#cancel()
    this.#cancel = clock.after(Math.max(0, Math.min(ms, left)), () => void this.#settle())
  }

  async #settle(): Promise<void> {
    const { clock, debounce, isHeld, isChanged, settled } = this.#options
    const late = clock.monotonic() - this.#since >= LONGEST
    if (this.#checking || (!late && isHeld())) return this.#wait(Math.max(debounce, LOOK_EVERY))
    this.#checking = true
    const files = [...this.#touched]
    this.#touched.clear()
    for (const file of files) if (await isChanged(file)) this.#changed.add(file)
    this.#checking = false
    // What has come meanwhile belongs to the burst, and has its own wait.
    if (this.#ended || (this.#touched.size > 0 && !late) || this.#changed.size === 0) return
    const changed = [...this.#changed]
    const at = this.#at
    this.#changed.clear()
    this.#at = clock.now()
    this.#since = clock.monotonic()
    settled(changed, at)
  }
}
