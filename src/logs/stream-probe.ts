import { type Stats, statSync } from 'node:fs'
import type { ChildStream, Note } from './note.ts'
import { placementOf } from './placement.ts'

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
    const seen = see(this.path)
    const file = seen ? `${seen.stats.dev}:${seen.stats.ino}` : ''
    const replaced = seen !== undefined && this.#file !== '' && file !== this.#file
    this.moved = replaced || (this.#present && seen === undefined)
    this.#present = seen !== undefined
    if (!seen) return []
    const { stats, base, end } = seen
    this.#file = file
    this.size = stats.size
    this.modified = stats.mtimeMs
    const time = Math.min(now, Math.max(this.#time, Math.floor(stats.mtimeMs)))
    this.#time = time
    const startedOver = (replaced || end < this.#noted) && this.#noted > base
    const offsets = startedOver && end > base ? [base, end] : end === this.#noted ? [] : [end]
    this.#noted = end
    return offsets.map((offset) => ({ time, stream: this.stream, offset }))
  }
}

/** The live file and the offsets where it begins and ends. `undefined`: it is missing, or moves just now. */
function see(path: string): { stats: Stats; base: number; end: number } | undefined {
  const before = placementOf(path)
  const stats = statOf(path)
  if (!stats || placementOf(path).version !== before.version) return undefined
  return { stats, base: before.base, end: Math.max(before.base, before.shift + stats.size) }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
