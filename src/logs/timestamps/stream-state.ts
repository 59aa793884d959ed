import { type Stats, statSync } from 'node:fs'
import { type Placement, placementOf } from '../files/placement.ts'
import type { ChildStream, TimestampEntry } from './timestamp.ts'

/**
 * Number of rotations and flushes of a log by this process. It changes with each; undefined while one is under way, or
 * if it is unknown.
 */
export type MovesOf = (log: string) => number | undefined

/** What the index knows about one stream's file, and which entries are due. */
export class StreamState {
  readonly name: ChildStream
  readonly path: string
  /** Bytes in the file at the last check. */
  size = 0
  /** Time of the last write, epoch ms with fractions. */
  modified = 0
  /** The path names another file than at the check before, or none. */
  moved = false
  /** Offset of the last entry. */
  #recorded: number
  #time: number
  /** The last file seen. */
  #file: Pick<Stats, 'dev' | 'ino'> | undefined
  #present = false
  readonly #movesOf: MovesOf
  /** The placement, valid until the log moves. Reading the rotation record costs more than the rest of a check. */
  #known: { placement: Placement; moves: number } | undefined

  /**
   * @param last the last entry of the stream in the index
   * @param begunAt lower bound for new times, epoch ms. A file's own time is that of the kernel's last tick, some ms
   * before the write (CLOCK_REALTIME_COARSE in clock_gettime(2)).
   */
  constructor(name: ChildStream, path: string, last: TimestampEntry | undefined, begunAt: number, movesOf: MovesOf) {
    this.name = name
    this.path = path
    this.#movesOf = movesOf
    this.#recorded = last?.offset ?? 0
    this.#time = Math.max(last?.time ?? 0, begunAt)
  }

  /**
   * The entries for the growth since the last check. Their time is the file's own, which is right even if this process
   * was late. It is never in the future, nor before the stream's previous entry.
   */
  check(now: number): TimestampEntry[] {
    const seen = this.#locate()
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
    const startedOver = (replaced || end < this.#recorded) && this.#recorded > base
    const offsets = startedOver && end > base ? [base, end] : end === this.#recorded ? [] : [end]
    this.#recorded = end
    return offsets.map((offset) => ({ time, stream: this.name, offset }))
  }

  /** The live file and the offsets of its beginning and end; undefined if it is missing or being moved. */
  #locate(): { stats: Stats; base: number; end: number } | undefined {
    const moves = this.#movesOf(this.path)
    const known = moves !== undefined && moves === this.#known?.moves ? this.#known.placement : undefined
    const before = known ?? placementOf(this.path)
    const stats = statOf(this.path)
    this.#known = undefined
    if (!stats) return undefined
    if (known && (stats.size < this.size || this.#isAnother(stats))) return this.#locate()
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
