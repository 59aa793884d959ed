import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { FolderId } from '../model/lifecycle/folder.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { removeFile, setAside, writeAtomic, writeAtomicSync } from '../system/fs/files.ts'
import { readPlain } from '../system/fs/plain-file.ts'
import { pidSpace } from '../system/process/pid-space.ts'
import { copyOf } from './paths.ts'
import { withRoom, withRoomLater } from './room.ts'
import { readSaved, type SavedState, salvageSaved, writeSaved } from './state-file.ts'

/** Time in ms between two writes that nobody waits for. */
const PAUSE = 25
/** Time in ms between a failed write and the next attempt. */
const RETRY_AFTER = 1000

/** The state folder, held by its supervisor. */
export interface StorePlace {
  id: FolderId | undefined
  path: string | undefined
  /** Whether the path still leads to the folder. If not, it may lead to that of another supervisor, so nothing is written. */
  isHere(): boolean
}

const ANYWHERE: StorePlace = { id: undefined, path: undefined, isHere: () => true }

/** The part of a saved state that a supervisor starts with. */
type Known = Omit<SavedState, 'schema'>

/**
 * Writes `state.json`, whole and atomically. Changes during a write share the next one. A copy is written before the
 * file, so that everything that was answered is in both, and either may be lost.
 */
export class Store {
  readonly #file: string
  readonly #processes: { snapshot(): ManagedProcess[] }
  readonly #events: { warn(detail: string): void }
  #writing = false
  #dirty = false
  readonly #place: StorePlace
  /** Ends a pause between two writes early. */
  #endPause = () => {}
  /** Resolve the promises of `flushed`. */
  readonly #waiting: (() => void)[] = []
  #closed = false

  constructor(
    file: string,
    processes: { snapshot(): ManagedProcess[] },
    /** Warned at the first failed write of a series. The state in memory stays right, and writing is tried again. */
    events: { warn(detail: string): void },
    place: StorePlace = ANYWHERE,
  ) {
    this.#place = place
    this.#file = file
    this.#processes = processes
    this.#events = events
  }

  /**
   * The processes of an earlier supervisor, from the copy if the file is missing or unusable. An unusable file is set
   * aside, and `problem` describes it.
   */
  static load(file: string, now: number): { saved: Known; problem: string | null } {
    const first = read(file, now)
    if (first.saved) return { saved: first.saved, problem: null }
    const copy = read(copyOf(file), now)
    if (copy.saved) {
      const problem = `${first.problem ?? 'state.json was missing'}; the state was restored from its copy`
      return { saved: copy.saved, problem }
    }
    const problems = [first.problem, copy.problem].filter((problem) => problem !== null)
    const rest = salvage(first.text, now) ?? salvage(copy.text, now)
    if (rest) problems.push(['the rest was kept', ...rest.lost].join(', '))
    return { saved: rest?.saved ?? { ...pidSpace(), processes: [] }, problem: problems.join('; ') || null }
  }

  /** Schedules a write in the background. To be called after every change. */
  changed(): void {
    this.#dirty = true
    if (!this.#writing) void this.#write()
  }

  /** Resolves when all changes so far are on disk, or their write failed. It does not wait for later changes. */
  async flushed(): Promise<void> {
    if (!this.#writing) return
    const written = new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#endPause()
    await written
  }

  /** The last write. Synchronous, for exit handlers. */
  closeSync(): void {
    if (this.#closed) return
    this.#closed = true
    try {
      if (!this.#place.isHere()) return
      const content = this.#content()
      this.#copySync(content)
      withRoom(this.#folder, () => writeAtomicSync(this.#file, content))
    } catch (error) {
      this.#events.warn(`state.json could not be written: ${reasonOf(error)}`)
    }
  }

  /** Ends all writing, since the file belongs to another supervisor. */
  abandon(): void {
    this.#closed = true
  }

  /** Pauses between writes, so that a hundred processes that become ready one after another cause only a few writes. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      this.#endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #write(): Promise<void> {
    this.#writing = true
    // All changes in this turn of the event loop share one write.
    await new Promise((resolve) => setImmediate(resolve))
    let refused = false
    while (this.#dirty && !this.#closed) {
      this.#dirty = false
      const served = this.#waiting.splice(0)
      try {
        if (this.#place.isHere()) {
          const content = this.#content()
          await this.#copy(content)
          await withRoomLater(this.#folder, () => writeAtomic(this.#file, content, () => this.#mayWrite()))
        }
        refused = false
      } catch (error) {
        if (!refused) this.#events.warn(`state.json could not be written: ${reasonOf(error)}`)
        refused = true
        this.#dirty = true
      }
      for (const resolve of served) resolve()
      if (this.#dirty && this.#waiting.length === 0) await this.#pause(refused ? RETRY_AFTER : PAUSE)
    }
    this.#writing = false
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  get #folder(): string {
    return dirname(this.#file)
  }

  #content(): string {
    const { id, path } = this.#place
    return writeSaved(this.#processes.snapshot(), { ...pidSpace(), ...(id && { folder: id }), ...(path && { path }) })
  }

  #mayWrite(): boolean {
    return !this.#closed && this.#place.isHere()
  }

  /** Does not wait for the disk, since after a crash of the machine the file itself is there. */
  async #copy(content: string): Promise<void> {
    try {
      await writeAtomic(copyOf(this.#file), content, () => this.#mayWrite(), false)
    } catch {
      if (this.#mayWrite()) this.#dropCopy()
    }
  }

  #copySync(content: string): void {
    try {
      writeAtomicSync(copyOf(this.#file), content, false)
    } catch {
      this.#dropCopy()
    }
  }

  /** Deletes the copy if there is no room for both. An old copy would bring back processes that have ended since. */
  #dropCopy(): void {
    try {
      removeFile(copyOf(this.#file))
    } catch {
      // The write of the file itself will fail too, which is reported.
    }
  }
}

interface Unusable {
  saved: null
  problem: string | null
  /** The content, as far as it could be read. */
  text: string
}

function read(file: string, now: number): { saved: Known } | Unusable {
  if (!existsSync(file)) return { saved: null, problem: null, text: '' }
  let text = ''
  try {
    text = readPlain(file)
    return { saved: readSaved(text, now) }
  } catch (error) {
    const aside = setAside(file, now)
    const problem = `${basename(file)} was unusable (${reasonOf(error)}) and was moved to ${aside}`
    return { saved: null, problem, text }
  }
}

function salvage(text: string, now: number): ReturnType<typeof salvageSaved> | null {
  try {
    return salvageSaved(text, now)
  } catch {
    return null
  }
}
