import { type FileHandle, open } from 'node:fs/promises'
import { type ChildStream, decodeNotes, NOTE_SIZE, type Note, wholeNotes } from './note.ts'

const BLOCK = 4096 * NOTE_SIZE

/** A note with its place among all notes of the process: of equal times, the lower number was first. */
export type NumberedNote = Note & { number: number }

/** The notes of one stream, read from the end of the index only as far as they are asked for. */
export class NotesBackward {
  readonly #stream: ChildStream
  readonly #handle: FileHandle | undefined
  /** Newest first; what has been passed is dropped. */
  #notes: NumberedNote[] = []
  /** Offset in the index below which nothing has been read. */
  #unread: number
  /** Older notes above this offset are about content that is gone: the file started over since. */
  #ceiling = Number.POSITIVE_INFINITY

  private constructor(stream: ChildStream, handle: FileHandle | undefined, size: number) {
    this.#stream = stream
    this.#handle = handle
    this.#unread = wholeNotes(size)
  }

  /** A missing index has no notes. */
  static async open(indexFile: string, stream: ChildStream): Promise<NotesBackward> {
    try {
      const handle = await open(indexFile, 'r')
      return new NotesBackward(stream, handle, (await handle.stat()).size)
    } catch {
      return new NotesBackward(stream, undefined, 0)
    }
  }

  /**
   * The note by which the byte before `end` was there: the oldest that reaches `end`. `undefined`: it is newer than all notes.
   * Calls must come with falling ends, each after `load` with an offset at or below it.
   */
  at(end: number): NumberedNote | undefined {
    let passed = 0
    while ((this.#notes[passed + 1]?.offset ?? -1) >= end) passed += 1
    if (passed > 0) this.#notes.splice(0, passed)
    const note = this.#notes[0]
    return note && note.offset >= end ? note : undefined
  }

  /**
   * The newest note there is. `live` is where the live file begins and ends, looked at after the index: a note beyond its end
   * says that it started over, so only what is noted of archives holds.
   */
  async newest(live: { base: number; end: number }): Promise<NumberedNote | undefined> {
    while (this.#notes.length === 0 && this.#unread > 0) await this.#loadBlock()
    if ((this.#notes[0]?.offset ?? 0) > live.end) {
      this.#ceiling = live.base
      this.#notes = this.#notes.filter((note) => note.offset <= live.base)
    }
    return this.#notes[0]
  }

  /** Reads back to the first note below `offset`. */
  async load(offset: number): Promise<void> {
    while (this.#unread > 0 && (this.#notes.at(-1)?.offset ?? Number.POSITIVE_INFINITY) >= offset) {
      await this.#loadBlock()
    }
  }

  /** The newest note that is not later than `time`, in ms: all bytes below its offset were there by then. */
  async before(time: number): Promise<NumberedNote | undefined> {
    for (;;) {
      const found = this.#notes.findIndex((note) => note.time <= time)
      if (found >= 0) {
        this.#notes.splice(0, found)
        return this.#notes[0]
      }
      this.#notes = []
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
    const notes = decodeNotes(bytes).map((note, i) => ({ ...note, number: start / NOTE_SIZE + i }))
    for (const note of notes.reverse()) this.#add(note)
  }

  #add(note: NumberedNote): void {
    if (note.stream !== this.#stream || note.offset > this.#ceiling) return
    this.#ceiling = note.offset
    this.#notes.push(note)
  }
}
