import { closeSync, constants, openSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { NO_FOLLOW } from '../logs/links.ts'
import type { ProcessEvent } from '../model/events.ts'

/** Bytes after which the journal starts anew; the one before is kept beside it. */
const LONGEST = 4_000_000

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW

/** `events.jsonl`: what happened and why, one JSON object a line. A full disk costs the line, never the supervisor. */
export class Journal {
  readonly #file: string
  #size: number
  /** The last line may be torn: by a full disk, or because an earlier supervisor was killed. The next must not become a part of it. */
  #uncertain = true

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
      const text = this.#uncertain && isTorn(this.#file) ? `\n${line}` : line
      this.#uncertain = true
      append(this.#file, text)
      this.#uncertain = false
      this.#size += text.length
    } catch {
      // ENOSPC, perhaps after a part of it, or the folder was deleted and is about to be restored.
    }
  }
}

function append(file: string, text: string): void {
  const fd = openSync(file, APPEND, 0o600)
  try {
    writeFileSync(fd, text)
  } finally {
    closeSync(fd)
  }
}

/** Whether a file's last line has no end. */
function isTorn(file: string): boolean {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 }
  if (size === 0) return false
  const fd = openSync(file, 'r')
  try {
    const last = Buffer.alloc(1)
    return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a
  } finally {
    closeSync(fd)
  }
}
