import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { NO_FOLLOW } from './links.ts'
import { type ChildStream, decodeNotes, encodeNotes, type Note, wholeNotes } from './note.ts'

/** Above this many bytes the older half of an index is given up: its lines then share the oldest time that is left. */
const LARGEST = 32 * 2 ** 20
/** How far back the last notes of both streams are looked for when an index is taken over, in bytes. */
const TAIL = 64 * 1024
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW

/** The writer's side of one index file. Every method throws what the file system throws. */
export class IndexFile {
  readonly #path: string
  #fd: number
  #size: number
  #limit = LARGEST

  /** Continues an existing index; a torn last record is cut off. */
  constructor(path: string) {
    this.#path = path
    this.#fd = openSync(path, FLAGS, 0o600)
    this.#size = this.#cutTorn()
  }

  /** Last note of each stream, as far as the end of the file has one. */
  last(): Map<ChildStream, Note> {
    const start = Math.max(0, this.#size - TAIL)
    return new Map(decodeNotes(this.#read(start)).map((note) => [note.stream, note]))
  }

  append(notes: Note[]): void {
    const bytes = encodeNotes(notes)
    const written = writeSync(this.#fd, bytes)
    this.#size += written
    if (written < bytes.length) this.#size = this.#cutTorn()
    if (this.#size <= this.#limit) return
    // Should it fail (a full disk), the next try is not due at the very next note.
    this.#limit = this.#size + LARGEST / 2
    this.#dropOlderHalf()
    this.#limit = LARGEST
  }

  close(): void {
    closeSync(this.#fd)
  }

  #cutTorn(): number {
    const { size } = fstatSync(this.#fd)
    const whole = wholeNotes(size)
    if (whole < size) ftruncateSync(this.#fd, whole)
    return whole
  }

  #dropOlderHalf(): void {
    const kept = this.#read(wholeNotes(this.#size / 2))
    const temporary = `${this.#path}.new`
    const fd = openSync(temporary, FLAGS | constants.O_TRUNC, 0o600)
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
