import type { LogSource } from '../model/logs.ts'
import { type Entry, entryOfEvent, entryOfLine, parseEvent } from './entry.ts'
import type { Line } from './line.ts'
import type { ChildStream } from './note.ts'
import { NotesForward } from './notes-forward.ts'
import { StreamTail } from './stream-tail.ts'

/** A file whose new lines a follower merges with those of others. */
export interface Feed {
  readonly path: string
  /** What was pulled and has not been taken. */
  readonly queue: Entry[]
  /** Skips what is there; resolves with the offset where it goes on. */
  skip(): Promise<number>
  /** `true`: the path names another file now, or none. */
  refresh(): Promise<boolean>
  /** `false`: there is no more up to where `refresh` saw the end. */
  pull(): Promise<boolean>
  close(): Promise<void>
}

/** A stream of a process. */
export class StreamFeed implements Feed {
  readonly name: string
  readonly path: string
  readonly queue: Entry[] = []
  /** When the file was last seen growing, on the clock of the follower. */
  grownAt = 0
  readonly #stream: ChildStream
  readonly #tail: StreamTail
  readonly #notes: NotesForward
  readonly #now: () => number

  constructor(source: LogSource, stream: ChildStream, path: string, now: () => number) {
    this.name = source.name
    this.path = path
    this.#stream = stream
    this.#tail = new StreamTail(path)
    this.#notes = new NotesForward(source.indexFile)
    this.#now = now
  }

  /** There is a line without its end. */
  get hasPartial(): boolean {
    return this.#tail.hasPartial
  }

  skip(): Promise<number> {
    return this.#tail.skip()
  }

  async refresh(): Promise<boolean> {
    const moved = await this.#tail.refresh()
    await this.#notes.refresh()
    return moved
  }

  async pull(): Promise<boolean> {
    const pulled = await this.#tail.pull()
    if (!pulled) return false
    this.grownAt = this.#now()
    for (const line of pulled.lines) this.queue.push(this.#entry(line))
    if (pulled.restarted) this.#notes.restart(this.#stream)
    return true
  }

  /** The line without its end, if it was written by `time` (epoch ms). */
  takePartial(time: number): Entry | undefined {
    if (this.#tail.modified > time) return undefined
    const line = this.#tail.flush()
    return line && this.#entry(line)
  }

  async close(): Promise<void> {
    await this.#tail.close()
    await this.#notes.close()
  }

  #entry(line: Line): Entry {
    const note = this.#notes.at(this.#stream, line.end)
    return entryOfLine(this.name, this.#stream, line.text, note?.time ?? this.#tail.modified, note?.number)
  }
}

/** The events of some processes. */
export class EventFeed implements Feed {
  readonly path: string
  readonly queue: Entry[] = []
  readonly #names: ReadonlySet<string>
  readonly #tail: StreamTail

  constructor(path: string, names: ReadonlySet<string>) {
    this.path = path
    this.#names = names
    this.#tail = new StreamTail(path)
  }

  skip(): Promise<number> {
    return this.#tail.skip()
  }

  refresh(): Promise<boolean> {
    return this.#tail.refresh()
  }

  async pull(): Promise<boolean> {
    const pulled = await this.#tail.pull()
    for (const line of pulled?.lines ?? []) {
      const event = parseEvent(line.text, this.#names)
      if (event) this.queue.push(entryOfEvent(event))
    }
    return pulled !== undefined
  }

  close(): Promise<void> {
    return this.#tail.close()
  }
}
