import type { ProcessLog } from '../../src/index.ts'

/** Collects log lines between two frames. The oldest are dropped beyond what the screen can scroll back, to bound memory. */
export class LineBuffer {
  readonly #kept: number
  #lines: ProcessLog[] = []

  constructor(kept: number) {
    this.#kept = kept
  }

  push(log: ProcessLog): void {
    this.#lines.push(log)
    // Not at every line, because each cut copies all kept lines.
    if (this.#lines.length >= 2 * this.#kept) this.#lines = this.#lines.slice(-this.#kept)
  }

  /** Returns all lines since the last call. */
  take(): ProcessLog[] {
    const lines = this.#lines.slice(-this.#kept)
    this.#lines = []
    return lines
  }
}
