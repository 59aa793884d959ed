import { type Stats, statSync } from 'node:fs'
import type { ChildStream, Note } from './note.ts'

/** What the index knows of one stream's file, and what it has to note next. */
export class StreamProbe {
  readonly stream: ChildStream
  readonly path: string
  /** Bytes in the file at the last look. */
  size = 0
  /** When it was written last, epoch ms with fractions. */
  modified = 0
  /** The path names another file than at the look before, or none. */
  moved = false
  #noted: number
  #time: number
  /** Device and inode of the file seen last; empty before the first. */
  #file = ''
  #present = false

  /** `last`: the stream's last note of an earlier supervisor. */
  constructor(stream: ChildStream, path: string, last: Note | undefined) {
    this.stream = stream
    this.path = path
    this.#noted = last?.offset ?? 0
    this.#time = last?.time ?? 0
  }

  /**
   * The notes that the file's growth since the last look calls for. Their time is the file's own, which holds even when
   * this process was late, but never in the future or before the stream's previous note.
   */
  look(now: number): Note[] {
    const stats = statOf(this.path)
    const file = stats ? `${stats.dev}:${stats.ino}` : ''
    const replaced = stats !== undefined && this.#file !== '' && file !== this.#file
    this.moved = replaced || (this.#present && stats === undefined)
    this.#present = stats !== undefined
    if (!stats) return []
    this.#file = file
    this.size = stats.size
    this.modified = stats.mtimeMs
    const notes: Note[] = []
    const time = Math.min(now, Math.max(this.#time, Math.floor(stats.mtimeMs)))
    if (replaced && this.#noted > 0) notes.push({ time, stream: this.stream, offset: 0 })
    if (replaced || stats.size !== this.#noted) notes.push({ time, stream: this.stream, offset: stats.size })
    this.#noted = stats.size
    this.#time = time
    return notes
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
