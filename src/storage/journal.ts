import { closeSync, constants, renameSync, statSync, writeFileSync } from 'node:fs'
import { NO_FOLLOW } from '../logs/files/links.ts'
import { endsMidLine } from '../logs/files/mid-line.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import { openPlain } from '../system/fs/plain-file.ts'

/** Size in bytes at which a new journal is started. The one before is kept beside it. */
const LONGEST = 4_000_000

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW

/** Writes `events.jsonl`, one event per line as JSON. A full disk loses lines, but never stops the supervisor. */
export class Journal {
  readonly #file: string
  readonly #isHere: () => boolean
  #size: number
  /** The last line may be torn, by a full disk or a killed supervisor. The next one must not become a part of it. */
  #uncertain = true

  /** @param isHere whether the path of the file still leads to the folder of this supervisor */
  constructor(file: string, isHere: () => boolean = () => true) {
    this.#isHere = isHere
    this.#file = file
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  }

  append(event: ProcessEvent): void {
    if (!this.#isHere()) return
    const line = `${JSON.stringify(event)}\n`
    try {
      if (this.#size + line.length > LONGEST) {
        // Before the rename: if it fails, it is tried again after as many bytes, not at every line.
        this.#size = 0
        renameSync(this.#file, `${this.#file}.1`)
      }
      const text = this.#uncertain && endsMidLine(this.#file) ? `\n${line}` : line
      this.#uncertain = true
      append(this.#file, text)
      this.#uncertain = false
      this.#size += text.length
    } catch {
      // The disk is full, perhaps after a part of the line, or the folder was deleted and is about to be restored.
    }
  }
}

function append(file: string, text: string): void {
  const fd = openPlain(file, APPEND, 0o600)
  try {
    writeFileSync(fd, text)
  } finally {
    closeSync(fd)
  }
}
