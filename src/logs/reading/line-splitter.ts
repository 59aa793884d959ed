import { type Line, lineText, longLineText, MAX_SHOWN, NEWLINE } from './line.ts'

const NOTHING = Buffer.alloc(0)

/** Splits the chunks of a stream into lines. Of a line too long to be shown, only both ends are kept. */
export class LineSplitter {
  /** Offset of the unfinished line. */
  #start: number
  /** The unfinished line so far: its size, its first `MAX_SHOWN` bytes, and the last `MAX_SHOWN` of the rest. */
  #size = 0
  #head: Buffer = NOTHING
  #tail: Buffer = NOTHING
  /** The line before was returned without its newline. */
  #flushed: boolean

  /** @param isWithinLine what is before `offset` has no newline, and was returned as a line */
  constructor(offset: number, isWithinLine = false) {
    this.#start = offset
    this.#flushed = isWithinLine
  }

  /** Offset after the last line that was returned. */
  get start(): number {
    return this.#start
  }

  /** There is an unfinished line. */
  get hasPartial(): boolean {
    return this.#size > 0
  }

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let from = 0
    for (let newline = chunk.indexOf(NEWLINE); newline >= 0; newline = chunk.indexOf(NEWLINE, from)) {
      const line = this.#complete(chunk.subarray(from, newline + 1))
      // An empty line after a flushed one is only the missing newline.
      if (!this.#flushed || line.text !== '') lines.push(line)
      this.#flushed = false
      from = newline + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  /** Returns the unfinished line as it is. Later bytes begin a new line. */
  flush(): Line | undefined {
    if (!this.hasPartial) return undefined
    this.#flushed = true
    return this.#complete(NOTHING)
  }

  #complete(rest: Buffer): Line {
    const start = this.#start
    if (!this.hasPartial) {
      this.#start += rest.length
      return { start, end: this.#start, text: lineText(rest) }
    }
    this.#keep(rest)
    const end = start + this.#size
    const size = this.#tail.at(-1) === NEWLINE ? this.#size - 1 : this.#size
    const text =
      this.#size <= 2 * MAX_SHOWN
        ? lineText(Buffer.concat([this.#head, this.#tail]))
        : longLineText(size, this.#head, this.#tail)
    this.#start = end
    this.#size = 0
    this.#head = NOTHING
    this.#tail = NOTHING
    return { start, end, text }
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length
    const toHead = bytes.subarray(0, MAX_SHOWN - this.#head.length)
    const toTail = bytes.subarray(toHead.length)
    if (toHead.length > 0) this.#head = Buffer.concat([this.#head, toHead])
    if (toTail.length > 0) this.#tail = Buffer.from(Buffer.concat([this.#tail, toTail]).subarray(-MAX_SHOWN))
  }
}
