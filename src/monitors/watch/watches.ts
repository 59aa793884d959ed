import { contains } from './paths.ts'
import { type PathWatcher, watchShared } from './shared-watches.ts'

/** Out of inotify watches (ENOSPC) or of descriptors. */
export const EXHAUSTED: ReadonlySet<string> = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])
/** ms between two looks at every file where the system has no watches left. */
export const POLL_EXHAUSTED = 5000

export function exhaustedMessage(code: string): string {
  return `no file watches left (${code}): files are looked at every ${POLL_EXHAUSTED / 1000} s instead`
}

/** It was deleted since it was listed, or is not ours to read. */
const HARMLESS = new Set(['ENOENT', 'ENOTDIR', 'EPERM', 'EACCES'])

/** Watches a folder, and reports the name of each entry that may have changed; `null` stands for the folder itself. */
export type WatchPath = (path: string, notify: (name: string | null) => void) => PathWatcher

export interface WatchesListener {
  /** The system has no more watches; all of ours are closed. */
  exhausted(code: string): void
  failed(message: string): void
}

/** Watches of the system, by path. */
export class Watches {
  readonly #listener: WatchesListener
  readonly #watchPath: WatchPath
  readonly #open = new Map<string, PathWatcher>()
  #closed = false

  constructor(listener: WatchesListener, watchPath: WatchPath = watchShared) {
    this.#listener = listener
    this.#watchPath = watchPath
  }

  add(path: string, notify: (name: string | null) => void): void {
    if (this.#closed || this.#open.has(path)) return
    try {
      const watcher = this.#watchPath(path, notify)
      watcher.on('error', (error) => this.#failed(error))
      this.#open.set(path, watcher)
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  remove(path: string): void {
    this.#open.get(path)?.close()
    this.#open.delete(path)
  }

  /** Ends the watches of a folder and of everything below it. */
  removeBelow(folder: string): void {
    for (const path of this.#open.keys()) if (contains(folder, path)) this.remove(path)
  }

  /** Ends all of them; none can be added any more. */
  close(): void {
    this.#closed = true
    for (const watcher of this.#open.values()) watcher.close()
    this.#open.clear()
  }

  #failed({ code = '', message }: NodeJS.ErrnoException): void {
    if (this.#closed || HARMLESS.has(code)) return
    if (!EXHAUSTED.has(code)) {
      this.#listener.failed(message)
      return
    }
    this.close()
    this.#listener.exhausted(code)
  }
}
