import type { FileHandle } from 'node:fs/promises'
import { openPlainHandle } from '../../system/fs/plain-handle.ts'
import { type ChildStream, decodeEntries, ENTRY_SIZE, type TimestampEntry, wholeEntries } from './timestamp.ts'

const BLOCK = 4096 * ENTRY_SIZE

/** An entry with its position among all entries of the process. Of equal times, the lower number was first. */
export type NumberedEntry = TimestampEntry & { number: number }

/** The timestamp entries of one stream, read from the end of the index only as far as they are needed. */
export class TimestampsBackward {
  readonly #stream: ChildStream
  readonly #handle: FileHandle | undefined
  /** Newest first. Entries that have been passed are dropped. */
  #entries: NumberedEntry[] = []
  /** Offset in the index below which nothing has been read. */
  #unread: number
  /** Older entries above this offset describe content that is gone, since the file started over. */
  #ceiling = Number.POSITIVE_INFINITY

  private constructor(stream: ChildStream, handle: FileHandle | undefined, size: number) {
    this.#stream = stream
    this.#handle = handle
    this.#unread = wholeEntries(size)
  }

  /** A missing index has no entries. */
  static async open(indexFile: string, stream: ChildStream): Promise<TimestampsBackward> {
    try {
      const handle = await openPlainHandle(indexFile)
      return new TimestampsBackward(stream, handle, (await handle.stat()).size)
    } catch {
      return new TimestampsBackward(stream, undefined, 0)
    }
  }

  /**
   * The entry that dates the byte before `end`: the oldest one that reaches `end`; undefined if the byte is newer than
   * all entries. Calls must come with falling ends, each after `load` with an offset at or below it.
   */
  at(end: number): NumberedEntry | undefined {
    let passed = 0
    while ((this.#entries[passed + 1]?.offset ?? -1) >= end) passed += 1
    if (passed > 0) this.#entries.splice(0, passed)
    const entry = this.#entries[0]
    return entry && entry.offset >= end ? entry : undefined
  }

  /**
   * The newest entry. `live` has the offsets of the live file's beginning and end, read after the index. An entry
   * beyond its end means that the file started over, so only the entries about archives are valid.
   */
  async newest(live: { base: number; end: number }): Promise<NumberedEntry | undefined> {
    while (this.#entries.length === 0 && this.#unread > 0) await this.#loadBlock()
    if ((this.#entries[0]?.offset ?? 0) > live.end) {
      this.#ceiling = live.base
      this.#entries = this.#entries.filter((entry) => entry.offset <= live.base)
    }
    return this.#entries[0]
  }

  /** Reads back to the first entry below `offset`. */
  async load(offset: number): Promise<void> {
    while (this.#unread > 0 && (this.#entries.at(-1)?.offset ?? Number.POSITIVE_INFINITY) >= offset) {
      await this.#loadBlock()
    }
  }

  /** The newest entry that is not later than `time` (epoch ms). All bytes below its offset existed by then. */
  async before(time: number): Promise<NumberedEntry | undefined> {
    for (;;) {
      const found = this.#entries.findIndex((entry) => entry.time <= time)
      if (found >= 0) {
        this.#entries.splice(0, found)
        return this.#entries[0]
      }
      this.#entries = []
      if (this.#unread === 0) return undefined
      await this.#loadBlock()
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }

  async #loadBlock(): Promise<void> {
    const start = Math.max(0, this.#unread - BLOCK)
    const bytes = Buffer.alloc(this.#unread - start)
    await this.#handle?.read(bytes, 0, bytes.length, start)
    this.#unread = start
    const entries = decodeEntries(bytes).map((entry, i) => ({ ...entry, number: start / ENTRY_SIZE + i }))
    for (const entry of entries.reverse()) this.#add(entry)
  }

  #add(entry: NumberedEntry): void {
    if (entry.stream !== this.#stream || entry.offset > this.#ceiling) return
    this.#ceiling = entry.offset
    this.#entries.push(entry)
  }
}
