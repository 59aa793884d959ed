import { type FileHandle, open, stat } from 'node:fs/promises'
import { type ChildStream, decodeNotes, NOTE_SIZE, wholeNotes } from './note.ts'
import type { NumberedNote } from './notes-backward.ts'

/** Notes from before the reader came that it may still need, in bytes. */
const BEFORE = 4096 * NOTE_SIZE
const BLOCK = 4096 * NOTE_SIZE

/** The notes of an index as they come in, for lines that are read forward. An index that is missing may come later. */
export class NotesForward {
  readonly #path: string
  #handle: FileHandle | undefined
  #ino = 0
  #position = 0
  #count = 0
  readonly #notes: Record<ChildStream, NumberedNote[]> = { stdout: [], stderr: [] }

  constructor(indexFile: string) {
    this.#path = indexFile
  }

  /** Takes in the notes that were written since the last time. */
  async refresh(): Promise<void> {
    const size = await this.#openedSize()
    while (this.#handle && this.#position < size) {
      const bytes = Buffer.alloc(Math.min(BLOCK, size - this.#position))
      const { bytesRead } = await this.#handle.read(bytes, 0, bytes.length, this.#position)
      if (bytesRead < bytes.length) return
      this.#position += bytesRead
      for (const note of decodeNotes(bytes)) this.#add({ ...note, number: this.#count++ })
    }
  }

  /** The note by which the byte before `end` was there, if it is known yet. Calls must come with rising ends. */
  at(stream: ChildStream, end: number): NumberedNote | undefined {
    const notes = this.#notes[stream]
    const first = notes.findIndex((note) => note.offset >= end)
    notes.splice(0, first < 0 ? notes.length : first)
    return notes[0]
  }

  /** The stream's file has started over: what was noted is not about its content. */
  restart(stream: ChildStream): void {
    this.#notes[stream] = []
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  #add(note: NumberedNote): void {
    const notes = this.#notes[note.stream]
    while ((notes.at(-1)?.offset ?? 0) > note.offset) notes.pop()
    notes.push(note)
  }

  /** Size of the index that the path names now; its writer replaces it when it has grown too large. */
  async #openedSize(): Promise<number> {
    try {
      const { ino, size } = await stat(this.#path)
      if (!this.#handle || ino !== this.#ino) {
        await this.close()
        this.#handle = await open(this.#path, 'r')
        this.#ino = ino
        this.#position = wholeNotes(Math.max(0, size - BEFORE))
      }
      return wholeNotes(size)
    } catch {
      return 0
    }
  }
}
