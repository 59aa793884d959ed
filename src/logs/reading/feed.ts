import type { LogSource } from '../../model/views/logs.ts'
import type { ChildStream } from '../timestamps/timestamp.ts'
import { TimestampsForward } from '../timestamps/timestamps-forward.ts'
import { earlierEvents } from './backward.ts'
import { type Entry, entryOfEvent, entryOfLine, eventIn } from './entry.ts'
import type { Line } from './line.ts'
import { StackLinker } from './stack.ts'
import { type Mark, StreamTail } from './stream-tail.ts'

/** The new lines of one file, for a reader that merges several. */
export interface Feed {
  readonly path: string
  /** Entries that were pulled but not taken. */
  readonly queue: Entry[]
  /** Skips the present lines. Resolves to the offset at which the feed continues. */
  skip(): Promise<number>
  /** Continues after what an earlier reader has taken. */
  seek(mark: Mark | undefined): Promise<void>
  /** What has been taken; undefined if there is no file. */
  readonly mark: Mark | undefined
  /** Finds the end of the file. Resolves to true if the path names another file now, or none. */
  refresh(): Promise<boolean>
  /** Reads further entries. Resolves to false at the end that `refresh` found. */
  pull(): Promise<boolean>
  close(): Promise<void>
}

/** A stream of a process. */
export class StreamFeed implements Feed {
  readonly name: string
  readonly stream: ChildStream
  readonly path: string
  readonly queue: Entry[] = []
  /** Time of the last growth seen, monotonic, in ms. */
  grownAt = 0
  readonly #tail: StreamTail
  readonly #timestamps: TimestampsForward
  #stack = new StackLinker()

  constructor(source: LogSource, stream: ChildStream, path: string) {
    this.name = source.name
    this.path = path
    this.stream = stream
    this.#tail = new StreamTail(path)
    this.#timestamps = new TimestampsForward(source.indexFile, stream)
  }

  /** There is an unfinished line. */
  get hasPartial(): boolean {
    return this.#tail.hasPartial
  }

  skip(): Promise<number> {
    return this.#tail.skip()
  }

  async seek(mark: Mark | undefined): Promise<void> {
    await this.#tail.seek(mark)
    this.#timestamps.readFrom(this.#tail.mark?.[1] ?? 0)
  }

  get mark(): Mark | undefined {
    return markOf(this.queue, this.#tail)
  }

  async refresh(): Promise<boolean> {
    const moved = await this.#tail.refresh()
    await this.#timestamps.refresh()
    return moved
  }

  async pull(): Promise<boolean> {
    const pulled = await this.#tail.pull()
    if (!pulled) return false
    this.grownAt = performance.now()
    for (const line of pulled.lines) this.queue.push(this.#entry(line))
    if (pulled.restarted) {
      this.#timestamps.restart()
      this.#stack = new StackLinker()
    }
    return true
  }

  /** The unfinished line, if it was written by `time` (epoch ms). */
  takePartial(time: number): Entry | undefined {
    if (this.#tail.modified > time) return undefined
    const line = this.#tail.flush()
    return line && this.#entry(line)
  }

  async close(): Promise<void> {
    await this.#tail.close()
    await this.#timestamps.close()
  }

  #entry(line: Line): Entry {
    const timestamp = this.#timestamps.at(line.end)
    const time = timestamp?.time ?? this.#tail.modified
    const entry = entryOfLine(this.name, this.stream, line.text, time, timestamp?.number)
    return this.#stack.link({ ...entry, start: line.start })
  }
}

/** The events of all processes. */
export class EventFeed implements Feed {
  readonly path: string
  readonly queue: Entry[] = []
  readonly #tail: StreamTail
  /** What was the file when an earlier reader left it, and has been renamed since. */
  #earlier: StreamTail | undefined

  constructor(path: string) {
    this.path = path
    this.#tail = new StreamTail(path)
  }

  skip(): Promise<number> {
    return this.#tail.skip()
  }

  async seek(mark: Mark | undefined): Promise<void> {
    await this.#tail.seek(mark)
    if (mark === undefined || this.#tail.id === mark[0]) return
    const earlier = new StreamTail(earlierEvents(this.path))
    await earlier.seek(mark)
    if (earlier.id === mark[0]) this.#earlier = earlier
    else await earlier.close()
  }

  get mark(): Mark | undefined {
    return markOf(this.queue, this.#earlier ?? this.#tail)
  }

  async refresh(): Promise<boolean> {
    await this.#earlier?.refresh()
    return this.#tail.refresh()
  }

  async pull(): Promise<boolean> {
    const pulled = await (this.#earlier ?? this.#tail).pull()
    for (const line of pulled?.lines ?? []) {
      const event = eventIn(line.text)
      if (event) this.queue.push({ ...entryOfEvent(event), start: line.start })
    }
    if (pulled === undefined && this.#earlier) {
      await this.#earlier.close()
      this.#earlier = undefined
      return true
    }
    return pulled !== undefined
  }

  async close(): Promise<void> {
    await this.#earlier?.close()
    await this.#tail.close()
  }
}

/** What has been taken of a file: up to the first line that still waits. */
function markOf([first]: readonly Entry[], { id, mark }: StreamTail): Mark | undefined {
  return first?.start === undefined ? mark : [id, first.start]
}
