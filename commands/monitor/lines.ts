import type { ProcessLog } from '../../src/index.ts'

/** Lines between two frames. Of more than a screen can scroll back, the oldest are not shown: a flood costs no memory. */
export class LineBuffer {
  readonly #kept: number
  #lines: ProcessLog[] = []

  constructor(kept: number) {
    this.#kept = kept
  }

  push(log: ProcessLog): void {
    this.#lines.push(log)
    // Not at each line: what is cut off costs as much as what stays.
    if (this.#lines.length >= 2 * this.#kept) this.#lines = this.#lines.slice(-this.#kept)
  }

  /** All since the last call. */
  take(): ProcessLog[] {
    const lines = this.#lines.slice(-this.#kept)
    this.#lines = []
    return lines
  }
}
