import { appendFileSync, renameSync, statSync } from 'node:fs'
import type { ProcessEvent } from '../model/events.ts'

/** Bytes after which the journal starts anew; the one before is kept beside it. */
const LONGEST = 4_000_000

/** `events.jsonl`: what happened and why, one JSON object a line. A full disk costs the line, never the supervisor. */
export class Journal {
  readonly #file: string
  #size: number

  constructor(file: string) {
    this.#file = file
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  }

  append(event: ProcessEvent): void {
    const line = `${JSON.stringify(event)}\n`
    try {
      if (this.#size + line.length > LONGEST) {
        // First: where the rename is refused, the next one is due after as many bytes, not at every line.
        this.#size = 0
        renameSync(this.#file, `${this.#file}.1`)
      }
      appendFileSync(this.#file, line, { mode: 0o600 })
      this.#size += line.length
    } catch {
      // ENOSPC, or the folder was deleted and is about to be restored.
    }
  }
}
