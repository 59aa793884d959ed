import { LogFile } from '../files/log-file.ts'
import { type Line, NEWLINE } from './line.ts'
import { LineSplitter } from './line-splitter.ts'
import { lastLineStart } from './lines-backward.ts'

const CHUNK = 64 * 1024

/** A file, by `DEVICE:INODE`, and the offset up to which it has been read. */
export type Mark = [id: string, offset: number]

interface Pulled {
  lines: Line[]
  /** The file started over, so offsets begin anew. */
  restarted: boolean
}

/**
 * Reads one file's lines forward, each once. After a truncation it reads from the beginning; if the path comes to name
 * another file, it reads the old one to its end and then the new one. A missing file may appear later.
 */
export class StreamTail {
  readonly #path: string
  #file: LogFile | undefined
  #splitter = new LineSplitter(0)
  #position = 0
  #whereabouts: 'here' | 'gone' | 'replaced' = 'gone'
  /** The file that was open when the tail was closed. Reading goes on there after a `refresh`. */
  #closed = ''

  constructor(path: string) {
    this.#path = path
  }

  /** There is an unfinished line. */
  get hasPartial(): boolean {
    return this.#splitter.hasPartial
  }

  /** `DEVICE:INODE` of the current file; empty if there is none. */
  get id(): string {
    return this.#file?.id ?? ''
  }

  /** Time of the last write as of the last `refresh`, epoch ms. */
  get modified(): number {
    return this.#file?.modified ?? 0
  }

  /** Skips the finished lines. Resolves to the offset at which reading continues. */
  async skip(): Promise<number> {
    this.#file = await LogFile.open(this.#path)
    if (!this.#file) return 0
    this.#whereabouts = 'here'
    this.#moveTo(await lastLineStart(this.#file, this.#file.end))
    return this.#position
  }

  /** Continues after what an earlier reader has read. A file that is another one by now is read from its beginning. */
  async seek(mark: Mark | undefined): Promise<void> {
    this.#file = await LogFile.open(this.#path)
    if (!this.#file) return
    this.#whereabouts = 'here'
    const { id, start, startsLine, end } = this.#file
    const isKnown = mark !== undefined && mark[0] === id && mark[1] >= start && mark[1] <= end
    if (!isKnown) return this.#moveTo(startsLine ? start : await lineEnd(this.#file, start))
    const [, offset] = mark
    const [before] = offset > start ? await this.#file.read(offset - 1, 1) : [NEWLINE]
    this.#moveTo(offset, before !== NEWLINE)
  }

  /** What has been read of the file in whole lines; undefined if there is no file. */
  get mark(): Mark | undefined {
    return this.#file && [this.#file.id, this.#splitter.start]
  }

  /** Finds the end of the file. Resolves to true if the path has come to name another file, or none. */
  async refresh(): Promise<boolean> {
    if (!this.#file) {
      this.#file = await LogFile.open(this.#path)
      if (this.id === '' || this.id !== this.#closed) this.#moveTo(this.#file?.base ?? 0)
      this.#whereabouts = this.#file ? 'here' : 'gone'
      return this.#file !== undefined
    }
    const before = this.#whereabouts
    // In this order, since a file cannot grow any more once the path names another.
    this.#whereabouts = await this.#file.whereabouts()
    await this.#file.refresh()
    return this.#whereabouts !== before && this.#whereabouts !== 'here'
  }

  /** The next lines, perhaps none; undefined at the end that `refresh` found. */
  async pull(): Promise<Pulled | undefined> {
    const file = this.#file
    if (!file) return undefined
    if (file.end < this.#position) return this.#restart(file)
    if (file.end > this.#position) {
      const chunk = await file.read(this.#position, Math.min(CHUNK, file.end - this.#position))
      this.#position += chunk.length
      if (chunk.length > 0) return { lines: this.#splitter.push(chunk), restarted: false }
      if (this.#position >= file.base) return undefined
      // The archive with these bytes has been deleted, perhaps with others, since the last look.
      await file.refresh()
      return this.#skipTo(file.start)
    }
    if (this.#whereabouts !== 'replaced') return undefined
    const next = await LogFile.open(this.#path)
    if (!next) return undefined
    await file.close()
    this.#file = next
    this.#whereabouts = 'here'
    return this.#restart(next)
  }

  /** Returns the unfinished line as it is. Later bytes begin a new line. */
  flush(): Line | undefined {
    return this.#splitter.flush()
  }

  async close(): Promise<void> {
    this.#closed = this.id
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

  #moveTo(offset: number, isWithinLine = false): void {
    this.#position = offset
    this.#splitter = new LineSplitter(offset, isWithinLine)
  }
}

/** Offset after the line at `from`. */
async function lineEnd(file: LogFile, from: number): Promise<number> {
  for (let at = from; at < file.end; ) {
    const block = await file.read(at, Math.min(CHUNK, file.end - at))
    const newline = block.indexOf(NEWLINE)
    if (newline >= 0) return at + newline + 1
    if (block.length === 0) break
    at += block.length
  }
  return file.end
}
