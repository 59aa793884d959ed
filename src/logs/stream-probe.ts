import { type Stats, statSync } from 'node:fs'
import type { ChildStream, Note } from './note.ts'
import { type Placement, placementOf } from './placement.ts'

/**
 * How often a log's beginning has been moved by this process: a number that changes with every rotation and emptying;
 * `undefined` while one is under way, or when it cannot be known.
 */
export type MovesOf = (log: string) => number | undefined

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
  /** The file seen last, if any. */
  #file: Pick<Stats, 'dev' | 'ino'> | undefined
  #present = false
  readonly #movesOf: MovesOf
  /** Where the file was, as long as nothing has moved it. Reading the record costs more than all else of a look. */
  #known: { placement: Placement; moves: number } | undefined

  /**
   * @param last the stream's last note of before
   * @param begunAt epoch ms before which nothing was written that is not noted; a file's own time is that of the kernel's last
   * tick, some ms before (CLOCK_REALTIME_COARSE in clock_gettime(2))
   */
  constructor(stream: ChildStream, path: string, last: Note | undefined, begunAt: number, movesOf: MovesOf) {
    this.stream = stream
    this.path = path
    this.#movesOf = movesOf
    this.#noted = last?.offset ?? 0
    this.#time = Math.max(last?.time ?? 0, begunAt)
  }

  /**
   * The notes that the file's growth since the last look calls for. Their time is the file's own, which holds even when
   * this process was late, but never in the future or before the stream's previous note.
   */
  look(now: number): Note[] {
    const seen = this.#see()
    const replaced = seen !== undefined && this.#isAnother(seen.stats)
    this.moved = replaced || (this.#present && seen === undefined)
    this.#present = seen !== undefined
    if (!seen) return []
    const { stats, base, end } = seen
    this.#file = stats
    this.size = stats.size
    this.modified = stats.mtimeMs
    const time = Math.min(now, Math.max(this.#time, Math.floor(stats.mtimeMs)))
    this.#time = time
    const startedOver = (replaced || end < this.#noted) && this.#noted > base
    const offsets = startedOver && end > base ? [base, end] : end === this.#noted ? [] : [end]
    this.#noted = end
    return offsets.map((offset) => ({ time, stream: this.stream, offset }))
  }

  /** The live file and the offsets where it begins and ends. `undefined`: it is missing, or moves just now. */
  #see(): { stats: Stats; base: number; end: number } | undefined {
    const moves = this.#movesOf(this.path)
    const known = moves !== undefined && moves === this.#known?.moves ? this.#known.placement : undefined
    const before = known ?? placementOf(this.path)
    const stats = statOf(this.path)
    this.#known = undefined
    if (!stats) return undefined
    if (known && (stats.size < this.size || this.#isAnother(stats))) return this.#see()
    if (!known && placementOf(this.path).version !== before.version) return undefined
    if (moves !== undefined) this.#known = { placement: before, moves }
    return { stats, base: before.base, end: Math.max(before.base, before.shift + stats.size) }
  }

  #isAnother({ dev, ino }: Stats): boolean {
    return this.#file !== undefined && (ino !== this.#file.ino || dev !== this.#file.dev)
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
