import { setTimeout as pause } from 'node:timers/promises'
import type { FolderId } from '../../model/lifecycle/folder.ts'
import { HeldFolder, type Whereabouts } from '../../system/fs/held-folder.ts'
import { Broadcast } from '../broadcast.ts'

/** ms between looks for a deleted state folder that is about to be restored. */
const LOOK_EVERY = 20

/**
 * The state folder of a supervisor. It is this very folder, not whatever is at its path: before each write, spawn, kill and answer
 * the path is looked at, since after a rename it may lead to the folder of another supervisor.
 */
export class Home {
  /** The path was found not to lead to the folder. */
  readonly left = new Broadcast<void>()
  readonly #held: HeldFolder
  /** It was found here in this turn of the event loop: a stop of a hundred processes would ask as often. */
  #isKnown = false

  constructor(path: string) {
    this.#held = new HeldFolder(path)
  }

  get path(): string {
    return this.#held.path
  }

  get id(): FolderId {
    return this.#held.id
  }

  look(): Whereabouts {
    if (this.#isKnown) return 'here'
    const found = this.#held.look()
    if (found === 'here') {
      this.#isKnown = true
      setImmediate(() => (this.#isKnown = false))
    } else this.left.emit()
    return found
  }

  isHere(): boolean {
    return this.look() === 'here'
  }

  /** The path leads elsewhere, so that what was supervised here is no longer this supervisor's to decide about. */
  isMoved(): boolean {
    return this.look() === 'moved'
  }

  /** Waits while it is deleted but about to be restored. False if it has moved, or its parent is deleted too. */
  async settled(): Promise<boolean> {
    let found = this.look()
    for (; found === 'missing'; found = this.look()) await pause(LOOK_EVERY)
    return found === 'here'
  }

  /** Its path now; null if it is unknown or deleted. */
  currentPath(): string | null {
    return this.#held.currentPath()
  }

  /** Takes what is at the path now for the folder. */
  renew(): void {
    this.#held.renew()
  }

  close(): void {
    this.#held.close()
  }
}
