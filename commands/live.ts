import { widthOf } from './format/printable.ts'
import type { Output } from './output.ts'

/** Whether lines of this output may be painted over: a terminal that understands how, and that no log is made of. */
export function isLive(output: Output, env: Record<string, string | undefined>): boolean {
  return output.isTTY && env.TERM !== 'dumb' && !env.CI
}

/** Lines at the end of a terminal's output that are shown anew in place. Only what has changed is written. */
export class LiveBlock {
  readonly #output: Output
  #shown: string[] = []

  constructor(output: Output) {
    this.#output = output
  }

  /** Lines that fit: the one that the cursor stands in is not among them. */
  get room(): number {
    return Math.max(1, this.#output.rows - 1)
  }

  /** No line may be wider than the terminal, nor may there be more than there is room for. */
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

  /** Takes the lines away. */
  clear(): void {
    if (this.#shown.length > 0) this.#output.write(`${up(this.#height())}\x1b[J`)
    this.#shown = []
  }

  /** Lines of the terminal that the block takes: one that has become narrower has wrapped it. */
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

/** Resolves after `ms`, or when the signal aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
}
