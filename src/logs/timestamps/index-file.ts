import { closeSync, constants, fstatSync, ftruncateSync, readSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { openPlain } from '../../system/fs/plain-file.ts'
import { NO_FOLLOW } from '../files/links.ts'
import { type ChildStream, decodeEntries, encodeEntries, type TimestampEntry, wholeEntries } from './timestamp.ts'

/** Size in bytes above which the older half of an index is dropped. Its lines then share the oldest time that is left. */
const LARGEST = 32 * 2 ** 20
/** Bytes at the end of an index that are searched for the last entries of both streams. */
const TAIL = 64 * 1024
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW

/** Writes one index file. Every method throws what the file system throws. */
export class IndexFile {
  readonly #path: string
  #fd: number
  #size: number
  #limit = LARGEST

  /** Continues an existing index. A torn last record is cut off. */
  constructor(path: string) {
    this.#path = path
    this.#fd = openPlain(path, FLAGS, 0o600)
    this.#size = this.#cutTorn()
  }

  /** The last entry of each stream that has one near the end of the file. */
  last(): Map<ChildStream, TimestampEntry> {
    const start = Math.max(0, this.#size - TAIL)
    return new Map(decodeEntries(this.#read(start)).map((entry) => [entry.stream, entry]))
  }

  append(entries: TimestampEntry[]): void {
    const bytes = encodeEntries(entries)
    const written = writeSync(this.#fd, bytes)
    this.#size += written
    if (written < bytes.length) this.#size = this.#cutTorn()
    if (this.#size <= this.#limit) return
    // If this fails, as on a full disk, it is not tried again at the very next entry.
    this.#limit = this.#size + LARGEST / 2
    this.#dropOlderHalf()
    this.#limit = LARGEST
  }

  close(): void {
    closeSync(this.#fd)
  }

  #cutTorn(): number {
    const { size } = fstatSync(this.#fd)
    const whole = wholeEntries(size)
    if (whole < size) ftruncateSync(this.#fd, whole)
    return whole
  }

  #dropOlderHalf(): void {
    const kept = this.#read(wholeEntries(this.#size / 2))
    const temporary = `${this.#path}.new`
    const fd = openPlain(temporary, FLAGS | constants.O_TRUNC, 0o600)
    try {
      writeFileSync(fd, kept)
      renameSync(temporary, this.#path)
    } catch (error) {
      closeSync(fd)
      throw error
    }
    closeSync(this.#fd)
    this.#fd = fd
    this.#size = kept.length
  }

  #read(start: number): Buffer {
    const bytes = Buffer.alloc(this.#size - start)
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, bytes.length, start))
  }
}
