import type { Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Clock } from '../../system/clock.ts'
import type { Scope } from './scope.ts'
import { Watches, type WatchPath } from './watches.ts'

/** ms between two looks at every file where the system has no watches left. */
export const POLL_EVERY = 5000

export interface TreeListener {
  /** A file is there: told by each look at its folder. */
  seen(file: string, stats: Stats): void
  /** A file was written, created or deleted. */
  touched(file: string): void
  /** A folder is gone, with all that was in it. */
  gone(folder: string): void
  /** A look at everything, which saw these files and no others. */
  sawAll(files: ReadonlySet<string>): void
  warning(message: string): void
}

interface Folder {
  /** With links resolved. */
  real: string
  inode: number
}

/**
 * Watches the files of a scope with one system watch per folder. One per file, as most watchers have it, blocks the event
 * loop for a second and more when 20,000 files are opened, and again when they are closed; this never does.
 */
export class FolderTree {
  readonly #scope: Scope
  readonly #listener: TreeListener
  readonly #clock: Clock
  readonly #watches: Watches
  readonly #folders = new Map<string, Folder>()
  readonly #reals = new Set<string>()
  /** Paths that something happened to. */
  readonly #told = new Set<string>()
  #checking = false
  /** The files seen so far in a look at everything. */
  #seen: Set<string> | null = null
  #ended = false
  #cancel = () => {}

  constructor(scope: Scope, listener: TreeListener, clock: Clock, watchPath?: WatchPath) {
    this.#scope = scope
    this.#listener = listener
    this.#clock = clock
    const exhausted = (code: string) => {
      listener.warning(`no file watches left (${code}): files are looked at every ${POLL_EVERY / 1000} s instead`)
      this.#poll()
    }
    const failed = (message: string) => listener.warning(`watching files: ${message}`)
    this.#watches = new Watches({ exhausted, failed }, watchPath)
  }

  /** Begins to watch; resolves when every file has been seen. */
  async open(): Promise<void> {
    const seen = new Set<string>()
    this.#seen = seen
    this.#folders.clear()
    this.#reals.clear()
    for (const anchor of this.#scope.anchors) await this.#enter(anchor)
    this.#seen = null
    if (!this.#ended) this.#listener.sawAll(seen)
  }

  end(): void {
    this.#ended = true
    this.#cancel()
    this.#told.clear()
    this.#watches.close()
  }

  async #enter(path: string): Promise<void> {
    const [real, stats] = await Promise.all([realpath(path).catch(() => undefined), statOf(path)])
    // A folder that is reached a second time, through a link, is not watched twice, nor without end.
    if (this.#ended || !real || !stats || this.#reals.has(real)) return
    this.#folders.set(path, { real, inode: stats.ino })
    this.#reals.add(real)
    // Before it is read, so that nothing goes unseen that is created meanwhile.
    this.#watches.add(path, (name) => this.#note(name === null ? path : join(path, name)))
    await this.#read(path)
  }

  async #read(folder: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (this.#ended) return
      if (this.#scope.isOutside(path)) continue
      const linked = entry.isSymbolicLink()
      if (entry.isDirectory()) await this.#enter(path)
      else if (linked || this.#scope.isWanted(path)) await this.#meet(path, linked)
    }
  }

  async #meet(path: string, linked: boolean): Promise<void> {
    const stats = await statOf(path)
    if (stats?.isDirectory()) return this.#enter(path)
    if (this.#ended || !stats?.isFile() || !this.#scope.isWanted(path)) return
    // The folder's watch tells of the link, not of the file that it leads to.
    if (linked) this.#watches.add(path, () => this.#note(path))
    this.#seen?.add(path)
    this.#listener.seen(path, stats)
  }

  #poll(): void {
    this.#cancel = this.#clock.after(POLL_EVERY, async () => {
      // The first look may be going on still.
      if (this.#seen === null) await this.open()
      if (!this.#ended) this.#poll()
    })
  }

  #note(path: string): void {
    if (this.#ended) return
    this.#told.add(path)
    if (!this.#checking) void this.#checkAll()
  }

  async #checkAll(): Promise<void> {
    this.#checking = true
    for (const path of this.#told) {
      this.#told.delete(path)
      if (!this.#scope.isOutside(path)) await this.#check(path)
    }
    this.#checking = false
  }

  async #check(path: string): Promise<void> {
    const stats = await statOf(path)
    const folder = this.#folders.get(path)
    if (folder && stats?.ino !== folder.inode) this.#leave(path)
    if (stats?.isDirectory()) {
      if (this.#folders.has(path)) await this.#read(path)
      else await this.#enter(path)
    } else if (!folder && this.#scope.isWanted(path)) this.#listener.touched(path)
  }

  #leave(folder: string): void {
    for (const [path, { real }] of this.#folders) {
      if (path !== folder && !path.startsWith(folder + sep)) continue
      this.#folders.delete(path)
      this.#reals.delete(real)
    }
    this.#watches.remove(folder)
    this.#listener.gone(folder)
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}
