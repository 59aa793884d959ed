import { type FSWatcher, watch } from 'node:fs'
import { sep } from 'node:path'

/** Out of inotify watches (ENOSPC) or of descriptors. */
const EXHAUSTED = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])
/** Deleted since it was listed, or not ours to read. */
const HARMLESS = new Set(['ENOENT', 'ENOTDIR', 'EPERM', 'EACCES'])

/** `watch` of `node:fs`, as far as it is needed: tells the name of the entry in a watched folder that something happened to. */
export type WatchPath = (path: string, told: (name: string | null) => void) => Pick<FSWatcher, 'close' | 'on'>

export interface WatchesListener {
  /** The system has no more of them; none is left. */
  exhausted(code: string): void
  failed(message: string): void
}

/** The system's watches, by path. */
export class Watches {
  readonly #listener: WatchesListener
  readonly #watchPath: WatchPath
  readonly #open = new Map<string, Pick<FSWatcher, 'close'>>()
  #closed = false

  constructor(listener: WatchesListener, watchPath: WatchPath = watchUnreferenced) {
    this.#listener = listener
    this.#watchPath = watchPath
  }

  add(path: string, told: (name: string | null) => void): void {
    if (this.#closed || this.#open.has(path)) return
    try {
      const watcher = this.#watchPath(path, told)
      watcher.on('error', (error) => this.#failed(error))
      this.#open.set(path, watcher)
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  /** Ends those of a folder and of everything below it. */
  remove(folder: string): void {
    for (const [path, watcher] of this.#open) {
      if (path !== folder && !path.startsWith(folder + sep)) continue
      watcher.close()
      this.#open.delete(path)
    }
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

/** A watch keeps nothing alive by itself. */
function watchUnreferenced(path: string, told: (name: string | null) => void): FSWatcher {
  return watch(path, { persistent: false }, (_, name) => told(name))
}
