import { statSync } from 'node:fs'
import type { Clock } from '../../system/clock.ts'
import { identityOf } from './shared-watches.ts'
import type { Watches } from './watches.ts'

/** As many events of other entries, within a second, make a folder a busy one. */
const MOST_EVENTS = 50
/** ms for which a busy folder is left alone. */
const PAUSE = 1000

interface WatchedFolder {
  /** Undefined: the folder is missing, so that it could not be watched. */
  identity: string | undefined
  /** The paths that depend on an entry, by its name. */
  paths: Map<string, Set<string>>
  /** Of other entries, since `countedFrom` (monotonic, ms). */
  events: number
  countedFrom: number
  cancelPause: (() => void) | null
}

/**
 * Watches some entries of folders, such as links. A busy folder is watched in intervals only: every write to a log in it is
 * an event, and an open watch halves the speed of whoever writes.
 */
export class WatchedEntries {
  readonly #watches: Watches
  readonly #clock: Clock
  readonly #changed: (path: string) => void
  readonly #folders = new Map<string, WatchedFolder>()

  /** @param changed is called with a path when an entry that it depends on may have changed */
  constructor(watches: Watches, clock: Clock, changed: (path: string) => void) {
    this.#watches = watches
    this.#clock = clock
    this.#changed = changed
  }

  /** @param folder real */
  add(folder: string, name: string, path: string): void {
    const watched = this.#folders.get(folder) ?? newFolder()
    this.#folders.set(folder, watched)
    watched.paths.set(name, (watched.paths.get(name) ?? new Set()).add(path))
    const stats = statSync(folder, { throwIfNoEntry: false })
    const identity = stats && identityOf(stats)
    if (identity === watched.identity) return
    // The folder is new here, or another one has taken its place.
    watched.identity = identity
    this.#watches.remove(folder)
    this.#open(folder, watched)
  }

  remove(folder: string, name: string, path: string): void {
    const watched = this.#folders.get(folder)
    const paths = watched?.paths.get(name)
    paths?.delete(path)
    if (paths?.size === 0) watched?.paths.delete(name)
    if (watched?.paths.size !== 0) return
    watched.cancelPause?.()
    this.#folders.delete(folder)
    this.#watches.remove(folder)
  }

  end(): void {
    for (const { cancelPause } of this.#folders.values()) cancelPause?.()
    this.#folders.clear()
  }

  #open(folder: string, watched: WatchedFolder): void {
    this.#watches.add(folder, (name) => {
      const paths = name === null ? allPaths(watched) : watched.paths.get(name)
      if (paths === undefined) this.#count(folder, watched)
      else for (const path of [...paths]) this.#changed(path)
    })
  }

  #count(folder: string, watched: WatchedFolder): void {
    const now = this.#clock.monotonic()
    if (now - watched.countedFrom > 1000) {
      watched.countedFrom = now
      watched.events = 0
    }
    watched.events++
    if (watched.events < MOST_EVENTS || watched.cancelPause) return
    this.#watches.remove(folder)
    watched.cancelPause = this.#clock.after(PAUSE, () => {
      watched.cancelPause = null
      this.#open(folder, watched)
      // Any of them may have changed meanwhile.
      for (const path of allPaths(watched)) this.#changed(path)
    })
  }
}

function newFolder(): WatchedFolder {
  return { identity: undefined, paths: new Map(), events: 0, countedFrom: 0, cancelPause: null }
}

function allPaths({ paths }: WatchedFolder): string[] {
  return [...paths.values()].flatMap((some) => [...some])
}
