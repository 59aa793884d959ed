import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { copyOf } from '../model/paths.ts'
import type { ManagedProcess } from '../model/process.ts'
import { readSaved, type SavedState, writeSaved } from '../model/saved.ts'
import { removeFile, setAside, writeAtomic, writeAtomicSync } from '../system/files.ts'
import { bootId } from '../system/identity.ts'

/** ms between two writes that nobody waits for. */
const PAUSE = 25
/** ms after a write that was refused until the next try. */
const RETRY_AFTER = 1000

/** What a supervisor begins with. */
type Known = Pick<SavedState, 'bootId' | 'processes'>

/**
 * `state.json`, written whole and atomically; changes that come while a write is under way share the next one. Its copy is
 * written first: whatever was answered is in both, so that either may be lost.
 */
export class Store {
  readonly #file: string
  readonly #processes: () => ManagedProcess[]
  #writing = false
  #dirty = false
  /** Ends a pause between two writes. */
  #hurry = () => {}
  /** Told when everything that had changed when they came is on disk. */
  readonly #waiting: (() => void)[] = []
  #closed = false
  /** Called with a sentence when the disk begins to refuse; the state in memory stays right and is tried to be written again. */
  readonly #failed: (message: string) => void

  constructor(file: string, processes: () => ManagedProcess[], failed: (message: string) => void) {
    this.#file = file
    this.#processes = processes
    this.#failed = failed
  }

  /**
   * The processes of an earlier supervisor, from the copy where the file is gone or cannot be used. What cannot be used is
   * kept aside; `problem` says what was lost.
   */
  static load(file: string, now: number): { saved: Known; problem: string | null } {
    const first = read(file, now)
    if (first.saved) return { saved: first.saved, problem: null }
    const copy = read(copyOf(file), now)
    if (copy.saved) {
      const problem = `${first.problem ?? 'state.json was gone'}; what it said is known from its copy`
      return { saved: copy.saved, problem }
    }
    const problems = [first.problem, copy.problem].filter((problem) => problem !== null)
    return { saved: { bootId: bootId(), processes: [] }, problem: problems.join('; ') || null }
  }

  /** Notes that something changed; the write follows in the background. */
  changed(): void {
    this.#dirty = true
    if (!this.#writing) void this.#write()
  }

  /** Resolves when everything noted so far is on disk, or was refused; what is noted later keeps nobody waiting. */
  async flushed(): Promise<void> {
    if (!this.#writing) return
    const written = new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#hurry()
    await written
  }

  /** The last write, in an exit handler. Nothing is written after it. */
  closeSync(): void {
    if (this.#closed) return
    this.#closed = true
    try {
      const content = writeSaved(this.#processes(), bootId())
      this.#copySync(content)
      writeAtomicSync(this.#file, content)
    } catch (error) {
      this.#failed(`state.json could not be written: ${(error as Error).message}`)
    }
  }

  /** Nothing is written any more: the file belongs to another supervisor. */
  abandon(): void {
    this.#closed = true
  }

  /** While nobody waits, a hundred processes that become ready one after the other are a few writes. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      this.#hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #write(): Promise<void> {
    this.#writing = true
    // Everything that happens in this turn of the event loop is one write.
    await new Promise((resolve) => setImmediate(resolve))
    let refused = false
    while (this.#dirty && !this.#closed) {
      this.#dirty = false
      const served = this.#waiting.splice(0)
      try {
        const content = writeSaved(this.#processes(), bootId())
        await this.#copy(content)
        await writeAtomic(this.#file, content, () => !this.#closed)
        refused = false
      } catch (error) {
        if (!refused) this.#failed(`state.json could not be written: ${(error as Error).message}`)
        refused = true
        this.#dirty = true
      }
      for (const resolve of served) resolve()
      if (this.#dirty && this.#waiting.length === 0) await this.#pause(refused ? RETRY_AFTER : PAUSE)
    }
    this.#writing = false
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Does not wait for the disk: after a crash of the machine the file itself is there. */
  async #copy(content: string): Promise<void> {
    try {
      await writeAtomic(copyOf(this.#file), content, () => !this.#closed, false)
    } catch {
      if (!this.#closed) this.#dropCopy()
    }
  }

  #copySync(content: string): void {
    try {
      writeAtomicSync(copyOf(this.#file), content, false)
    } catch {
      this.#dropCopy()
    }
  }

  /** No room for both. An old copy would bring back what was ended since. */
  #dropCopy(): void {
    try {
      removeFile(copyOf(this.#file))
    } catch {
      // A disk that takes nothing at all: the file itself is refused next, and that is said.
    }
  }
}

function read(file: string, now: number): { saved: Known; problem?: never } | { saved: null; problem: string | null } {
  if (!existsSync(file)) return { saved: null, problem: null }
  try {
    return { saved: readSaved(readFileSync(file, 'utf8')) }
  } catch (error) {
    const aside = setAside(file, now)
    const problem = `${basename(file)} was not usable (${(error as Error).message}); it is kept as ${aside}`
    return { saved: null, problem }
  }
}
