import { widthOf } from '../../format/width.ts'
import type { Output } from '../output.ts'

/** Lines at the end of a terminal's output that are repainted in place. Only changed lines are written. */
export class LiveBlock {
  readonly #output: Output
  #shown: string[] = []

  constructor(output: Output) {
    this.#output = output
  }

  /** The number of lines that fit, not counting the line of the cursor. */
  get room(): number {
    return Math.max(1, this.#output.rows - 1)
  }

  /** Shows these lines. None may be wider than the terminal, and there may be at most `room`. */
  show(lines: string[]): void {
    const before = this.#shown
    let text = up(this.#height())
    lines.forEach((line, index) => {
      text += line === before[index] ? '\n' : `\x1b[2K${line}\n`
    })
    if (before.length > lines.length || this.#isWrapped()) text += '\x1b[J'
    if (text !== up(before.length) + '\n'.repeat(before.length)) this.#output.write(text)
    this.#shown = lines
  }

  /** Removes the lines from the terminal. */
  clear(): void {
    if (this.#shown.length > 0) this.#output.write(`${up(this.#height())}\x1b[J`)
    this.#shown = []
  }

  /** Terminal lines that the block takes up: a terminal that became narrower has wrapped some of its lines. */
  #height(): number {
    return this.#shown.reduce((sum, line) => sum + this.#heightOf(line), 0)
  }

  #heightOf(line: string): number {
    return Math.max(1, Math.ceil(widthOf(line) / this.#output.columns))
  }

  #isWrapped(): boolean {
    return this.#height() > this.#shown.length
  }
}

function up(lines: number): string {
  return lines === 0 ? '' : `\x1b[${lines}A\r`
}
