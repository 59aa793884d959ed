import type { Clock } from '../../system/clock.ts'

/** ms after which a burst is settled although it goes on: something rewrites files without end, or a lock is left over. */
const LONGEST = 60_000
/** ms at least between two looks whether a burst is held up. */
const LOOK_EVERY = 50

export interface BurstOptions {
  clock: Clock
  /** ms without a change that end a burst. */
  debounce: number
  /** More is known to come. */
  isHeld(): boolean
  /** Whether a file of the burst really is another one now. */
  isChanged(file: string): Promise<boolean>
  /** Told once for each burst in which a file changed; `at` is the epoch ms of its beginning. */
  settled(files: string[], at: number): void
}

/** Gathers changes that come in quick succession. */
export class Burst {
  readonly #options: BurstOptions
  readonly #touched = new Set<string>()
  readonly #changed = new Set<string>()
  #since = 0
  #checking = false
  #ended = false
  #cancel = () => {}

  constructor(options: BurstOptions) {
    this.#options = options
  }

  touch(file: string): void {
    if (this.#ended) return
    const { clock, debounce } = this.#options
    if (this.#touched.size === 0 && this.#changed.size === 0) this.#since = clock.now()
    this.#touched.add(file)
    this.#wait(debounce)
  }

  end(): void {
    this.#ended = true
    this.#cancel()
  }

  #wait(ms: number): void {
    const { clock } = this.#options
    const left = this.#since + LONGEST - clock.now()
    this.#cancel()
    this.#cancel = clock.after(Math.max(0, Math.min(ms, left)), () => void this.#settle())
  }

  async #settle(): Promise<void> {
    const { clock, debounce, isHeld, isChanged, settled } = this.#options
    const late = clock.now() - this.#since >= LONGEST
    if (this.#checking || (!late && isHeld())) return this.#wait(Math.max(debounce, LOOK_EVERY))
    this.#checking = true
    const files = [...this.#touched]
    this.#touched.clear()
    for (const file of files) if (await isChanged(file)) this.#changed.add(file)
    this.#checking = false
    // What came meanwhile belongs to it, and has its own wait.
    if (this.#ended || (this.#touched.size > 0 && !late) || this.#changed.size === 0) return
    const changed = [...this.#changed]
    const since = this.#since
    this.#changed.clear()
    this.#since = clock.now()
    settled(changed, since)
  }
}
