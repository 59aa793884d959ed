import { type FileHandle, stat } from 'node:fs/promises'
import { openPlainHandle } from '../../system/fs/plain-handle.ts'
import { type ChildStream, decodeEntries, ENTRY_SIZE, wholeEntries } from './timestamp.ts'
import type { NumberedEntry } from './timestamps-backward.ts'

/** Bytes of older entries that a new reader may still need. */
const BEFORE = 4096 * ENTRY_SIZE
const BLOCK = 4096 * ENTRY_SIZE

/** The timestamp entries of a stream in an index as they come in, for lines that are read forward. A missing index may appear later. */
export class TimestampsForward {
  readonly #path: string
  #handle: FileHandle | undefined
  #ino = 0
  #position = 0
  #count = 0
  readonly #stream: ChildStream
  #entries: NumberedEntry[] = []
  /** Offset up to which entries are not kept, for a reader of the whole index. */
  #from: number | undefined

  constructor(indexFile: string, stream: ChildStream) {
    this.#path = indexFile
    this.#stream = stream
  }

  /** Reads the whole index, for lines that end after `offset`. Before the first `refresh`. */
  readFrom(offset: number): void {
    this.#from = offset
  }

  /** Reads the entries that were written since the last call. */
  async refresh(): Promise<void> {
    const size = await this.#openedSize()
    while (this.#handle && this.#position < size) {
      const bytes = Buffer.alloc(Math.min(BLOCK, size - this.#position))
      const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, this.#position)
      if (bytesRead < bytes.length) return
      this.#position += bytesRead
      for (const entry of decodeEntries(bytes)) this.#add({ ...entry, number: this.#count++ })
    }
  }

  /** The entry that dates the byte before `end`; undefined if there is none yet. Calls must come with rising ends. */
  at(end: number): NumberedEntry | undefined {
    const first = this.#entries.findIndex((entry) => entry.offset >= end)
    this.#entries.splice(0, first < 0 ? this.#entries.length : first)
    return this.#entries[0]
  }

  /** Drops the entries of a file that has started over, since they describe other content. */
  restart(): void {
    this.#entries = []
    if (this.#from !== undefined) this.#from = 0
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  #add(entry: NumberedEntry): void {
    if (entry.stream !== this.#stream) return
    while ((this.#entries.at(-1)?.offset ?? 0) > entry.offset) this.#entries.pop()
    if (entry.offset > (this.#from ?? -1)) this.#entries.push(entry)
  }

  /** Size of the index that the path names now. Its writer replaces it when it has grown too large. */
  async #openedSize(): Promise<number> {
    try {
      const { ino, size } = await stat(this.#path)
      if (!this.#handle || ino !== this.#ino) {
        await this.close()
        this.#handle = await openPlainHandle(this.#path)
        this.#ino = ino
        this.#position = this.#from !== undefined ? 0 : wholeEntries(Math.max(0, size - BEFORE))
      }
      return wholeEntries(size)
    } catch {
      return 0
    }
  }
}
