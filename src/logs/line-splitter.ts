import { type Line, lineText, longLineText, NEWLINE, SHOWN } from './line.ts'

const NOTHING = Buffer.alloc(0)

/** Makes lines of the chunks of a stream, however they are cut. Of a line too long to be shown it keeps both ends only. */
export class LineSplitter {
  /** Offset of the unfinished line. */
  #start: number
  /** Its bytes so far: how many, the first `SHOWN`, and the last `SHOWN` of those behind them. */
  #size = 0
  #head: Buffer = NOTHING
  #tail: Buffer = NOTHING
  /** The line before was given up without its newline. */
  #givenUp = false

  constructor(offset: number) {
    this.#start = offset
  }

  /** There is a line without its end. */
  get hasPartial(): boolean {
    return this.#size > 0
  }

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let from = 0
    for (let newline = chunk.indexOf(NEWLINE); newline >= 0; newline = chunk.indexOf(NEWLINE, from)) {
      const line = this.#complete(chunk.subarray(from, newline + 1))
      // All that was missing of a line that was given up: its newline.
      if (!this.#givenUp || line.text !== '') lines.push(line)
      this.#givenUp = false
      from = newline + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  /** Gives the unfinished line up as it is. What comes next begins a new one. */
  flush(): Line | undefined {
    if (!this.hasPartial) return undefined
    this.#givenUp = true
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
      this.#size <= 2 * SHOWN
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
    const toHead = bytes.subarray(0, SHOWN - this.#head.length)
    const toTail = bytes.subarray(toHead.length)
    if (toHead.length > 0) this.#head = Buffer.concat([this.#head, toHead])
    if (toTail.length > 0) this.#tail = Buffer.from(Buffer.concat([this.#tail, toTail]).subarray(-SHOWN))
  }
}
