import type { Line } from './line.ts'
import { LineSplitter } from './line-splitter.ts'
import { lastLineStart } from './lines-backward.ts'
import { LogFile } from './log-file.ts'

const CHUNK = 64 * 1024

interface Pulled {
  lines: Line[]
  /** Offsets begin anew. */
  restarted: boolean
}

/**
 * Reads one file's lines forward, each once: through truncation (from the beginning again), and through the path being
 * given to another file (this one to its end, then that one). A file that is missing may come later.
 */
export class StreamTail {
  readonly #path: string
  #file: LogFile | undefined
  #splitter = new LineSplitter(0)
  #position = 0
  #whereabouts: 'here' | 'gone' | 'replaced' = 'gone'

  constructor(path: string) {
    this.#path = path
  }

  /** There is a line without its end. */
  get hasPartial(): boolean {
    return this.#splitter.hasPartial
  }

  /** Device and inode of the file that is read; empty: there is none. */
  get id(): string {
    return this.#file?.id ?? ''
  }

  /** When the file was written last, epoch ms, at the last `refresh`. */
  get modified(): number {
    return this.#file?.modified ?? 0
  }

  /** Skips what is there but for an unfinished line; resolves with the offset where it goes on. */
  async skip(): Promise<number> {
    this.#file = await LogFile.open(this.#path)
    if (!this.#file) return 0
    this.#whereabouts = 'here'
    this.#moveTo(await lastLineStart(this.#file, this.#file.end))
    return this.#position
  }

  /** Takes in how far the file goes now. Resolves with `true` when the path has come to name another file, or none. */
  async refresh(): Promise<boolean> {
    if (!this.#file) {
      this.#file = await LogFile.open(this.#path)
      this.#moveTo(this.#file?.base ?? 0)
      this.#whereabouts = this.#file ? 'here' : 'gone'
      return this.#file !== undefined
    }
    const before = this.#whereabouts
    // In this order: once the path names another file, this one has grown for the last time.
    this.#whereabouts = await this.#file.whereabouts()
    await this.#file.refresh()
    return this.#whereabouts !== before && this.#whereabouts !== 'here'
  }

  /** The next lines, perhaps none; `undefined` when there is no more up to where `refresh` saw the end. */
  async pull(): Promise<Pulled | undefined> {
    const file = this.#file
    if (!file) return undefined
    if (file.end < this.#position) return this.#restart(file)
    if (file.end > this.#position) {
      const chunk = await file.read(this.#position, Math.min(CHUNK, file.end - this.#position))
      this.#position += chunk.length
      if (chunk.length > 0) return { lines: this.#splitter.push(chunk), restarted: false }
      // The archive that held it has been given up.
      return this.#position < file.base ? this.#skipTo(file.start) : undefined
    }
    if (this.#whereabouts !== 'replaced') return undefined
    const next = await LogFile.open(this.#path)
    if (!next) return undefined
    await file.close()
    this.#file = next
    this.#whereabouts = 'here'
    return this.#restart(next)
  }

  /** Gives up the line that has no end yet; its end would be a line of its own. */
  flush(): Line | undefined {
    return this.#splitter.flush()
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  #restart(file: LogFile): Pulled {
    const partial = this.#splitter.flush()
    this.#moveTo(file.base)
    return { lines: partial ? [partial] : [], restarted: true }
  }

  #skipTo(offset: number): Pulled {
    const partial = this.#splitter.flush()
    this.#moveTo(Math.max(offset, this.#position + 1))
    return { lines: partial ? [partial] : [], restarted: false }
  }

  #moveTo(offset: number): void {
    this.#position = offset
    this.#splitter = new LineSplitter(offset)
  }
}
