import { existsSync } from 'node:fs'
import { readInfo } from '../client/discover.ts'
import { NoAnswerError } from '../model/errors.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { copyOf, pathsOf } from '../storage/paths.ts'
import type { AtRest } from './at-rest.ts'

export interface SavedFallbackOptions {
  tuixDir: string
  /** A question must not launch a daemon. */
  isDaemon: boolean
  /** Nothing of it is saved on this machine. */
  isOfTarget: boolean
  warn(message: string): void
  /** Called when the state folder is a copy. */
  copied(): void
}

/** Answers questions from the saved processes where no supervisor can: there is none, or it does not answer. */
export class SavedFallback {
  readonly #options: SavedFallbackOptions
  #hasWarned = false
  #isAllowed = true

  constructor(options: SavedFallbackOptions) {
    this.#options = options
  }

  /** Loaded on demand, since most commands find a supervisor that answers. */
  async saved(): Promise<AtRest> {
    const { AtRest } = await import('./at-rest.ts')
    return new AtRest(this.#options.tuixDir)
  }

  /** The saved processes, if nothing runs or is wanted up, so that a question needs no daemon. */
  async idle(): Promise<AtRest | null> {
    if (this.#options.isOfTarget || !this.#options.isDaemon || readInfo(this.#options.tuixDir)) return null
    const saved = await this.saved()
    if (saved.isCopy) this.#options.copied()
    return saved.needsSupervisor || (await this.#hasLostProcesses()) ? null : saved
  }

  /** Whether something of this folder runs although its state is gone. A supervisor finds out what it is. */
  async #hasLostProcesses(): Promise<boolean> {
    const { state } = pathsOf(this.#options.tuixDir)
    if (existsSync(state) || existsSync(copyOf(state))) return false
    const { carriersOf } = await import('../storage/carriers.ts')
    return carriersOf(this.#options.tuixDir).length > 0
  }

  /** What a supervisor does not answer is an error from now on. */
  forbid(): void {
    this.#isAllowed = false
  }

  async ask<Answer>(
    ask: () => Promise<Answer>,
    fromSaved: (saved: AtRest) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const idle = await this.idle()
    if (idle) return fromSaved(idle)
    try {
      const answer = await ask()
      this.#hasWarned = false
      return answer
    } catch (error) {
      if (this.#options.isOfTarget || !this.#isAllowed || !(error instanceof NoAnswerError || isReadOnly(error)))
        throw error
      // Once, though one command may have several questions.
      if (!this.#hasWarned) this.#options.warn(`${reasonOf(error)}; this is what was last saved`)
      this.#hasWarned = true
      return fromSaved(await this.saved())
    }
  }
}

const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM'])

/** No supervisor can begin where nothing may be written, such as on a disk that is mounted read-only. What was saved can be read. */
function isReadOnly(error: unknown): boolean {
  return READ_ONLY.has((error as NodeJS.ErrnoException).code ?? '')
}
