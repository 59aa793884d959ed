import type { Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../system/clock.ts'
import { WatchedEntries } from './entries.ts'
import type { WatchListener } from './listener.ts'
import { contains, isLink } from './paths.ts'
import { Routes } from './routes.ts'
import type { Scope } from './scope.ts'
import { identityOf } from './shared-watches.ts'
import { exhaustedMessage, POLL_EXHAUSTED, Watches, type WatchPath } from './watches.ts'

/** A folder that many links lead to is watched under so many names: folders with links to each other have endless ones. */
const MOST_NAMES = 8

interface Folder {
  /** With links resolved. */
  real: string
  identity: string
}

export interface TreeOptions {
  scope: Scope
  listener: WatchListener
  clock: Clock
  watchPath?: WatchPath | undefined
  /** Watches a path by other means if its file system does not report changes. `real` has the links resolved. */
  watchElsewhere(path: string, real: string): Promise<OtherWatch> | undefined
}

/** A watch that has seen every file. */
export interface OtherWatch {
  /** The files that exist now. */
  readonly files: ReadonlySet<string>
  end(): void
}

/**
 * Watches the files of a scope with one system watch per folder. With one per file, as most watchers have it, the event loop
 * is blocked for a second and more when 20,000 files are opened, and again when they are closed.
 */
export class FolderTree {
  readonly #scope: Scope
  readonly #listener: WatchListener
  readonly #clock: Clock
  readonly #watches: Watches
  readonly #routes: Routes
  readonly #entries: WatchedEntries
  readonly #routeWatches: Watches
  readonly #watchElsewhere: TreeOptions['watchElsewhere']
  readonly #others = new Map<string, Promise<OtherWatch>>()
  readonly #folders = new Map<string, Folder>()
  /** How many names each folder is watched under, by real path. */
  readonly #names = new Map<string, number>()
  /** The folders that links and anchors lead to, or led to before they went missing. */
  readonly #targets = new Map<string, Folder>()
  /** Paths that may have changed. */
  readonly #pending = new Set<string>()
  #checking = false
  /** The files seen so far in a look at everything. */
  #seen: Set<string> | null = null
  #ended = false
  #exhausted = false
  #cancel = () => {}

  constructor({ scope, listener, clock, watchPath, watchElsewhere }: TreeOptions) {
    this.#watchElsewhere = watchElsewhere
    this.#scope = scope
    this.#listener = listener
    this.#clock = clock
    const watchesListener = {
      exhausted: (code: string) => this.#fallBack(code),
      failed: (message: string) => listener.failed(`watching files: ${message}`),
    }
    this.#watches = new Watches(watchesListener, watchPath)
    this.#routeWatches = new Watches(watchesListener, watchPath)
    this.#entries = new WatchedEntries(this.#routeWatches, clock, (path) => this.#note(path))
    this.#routes = new Routes(this.#entries)
  }

  /** Begins to watch; resolves when every file has been seen. */
  async open(): Promise<void> {
    const seen = new Set<string>()
    this.#seen = seen
    this.#folders.clear()
    this.#names.clear()
    for (const anchor of this.#scope.anchors) {
      await this.#routes.follow(anchor)
      await this.#enter(anchor)
    }
    this.#seen = null
    if (!this.#ended) this.#listener.sawAll(seen)
  }

  end(): void {
    this.#ended = true
    this.#cancel()
    this.#pending.clear()
    this.#closeWatches()
    this.#endOthers()
  }

  async #enter(path: string): Promise<void> {
    const [real, stats] = await Promise.all([realpath(path).catch(() => undefined), statOf(path)])
    if (this.#ended || !real || !stats || this.#isLoop(path, real)) return
    const names = this.#names.get(real) ?? 0
    if (names >= MOST_NAMES) return
    this.#names.set(real, names + 1)
    const folder = { real, identity: identityOf(stats) }
    this.#folders.set(path, folder)
    this.#compare(path, folder)
    if (await this.#handOver(path, real)) return
    // The watch comes first, so that no file goes unseen that is created while the folder is read.
    this.#watches.add(path, (name) => this.#note(name === null ? path : join(path, name)))
    await this.#read(path)
  }

  /** Hands a path over to another watch if its file system does not report changes. */
  async #handOver(path: string, real: string): Promise<boolean> {
    const other = this.#others.get(path) ?? this.#watchElsewhere(path, real)
    if (other === undefined) return false
    this.#others.set(path, other)
    const { files } = await other
    for (const file of files) this.#seen?.add(file)
    if (this.#ended) this.#endOthers()
    return true
  }

  #endOthers(folder?: string): void {
    for (const [path, other] of this.#others) {
      if (folder !== undefined && !contains(folder, path)) continue
      this.#others.delete(path)
      void other.then((watch) => watch.end())
    }
  }

  /** Whether a link leads back to a folder that it is in itself. */
  #isLoop(path: string, real: string): boolean {
    for (let above = dirname(path); ; above = dirname(above)) {
      const folder = this.#folders.get(above)
      if (folder?.real === real) return true
      if (folder === undefined || above === dirname(above)) return false
    }
  }

  /** Reports a link that leads to another folder than before, or a working directory that was replaced. */
  #compare(path: string, folder: Folder): void {
    const before = this.#targets.get(path)
    const parent = this.#folders.get(dirname(path))
    const isPlain = parent !== undefined && folder.real === join(parent.real, basename(path))
    if (isPlain) this.#targets.delete(path)
    else this.#targets.set(path, folder)
    if (before === undefined) return
    const isOther = before.real !== folder.real || (path === this.#scope.cwd && before.identity !== folder.identity)
    if (isOther) this.#listener.replaced(path)
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
    if (linked) await this.#follow(path)
    const stats = await statOf(path)
    if (stats?.isDirectory()) {
      if (!this.#folders.has(path)) await this.#enter(path)
      return
    }
    if (this.#ended || !stats?.isFile()) return
    if (!this.#scope.isWanted(path)) return this.#routes.leave(path)
    if (linked && (await this.#handOver(path, await realpath(path).catch(() => path)))) return
    this.#seen?.add(path)
    this.#listener.seen(path, stats)
  }

  /** The watch of a link's folder reports changes of the link, and none of its target. */
  async #follow(link: string): Promise<void> {
    await this.#routes.follow(link, this.#folders.get(dirname(link))?.real)
  }

  /** The system has no watches left. */
  #fallBack(code: string): void {
    if (this.#exhausted || this.#ended) return
    this.#exhausted = true
    this.#closeWatches()
    this.#listener.failed(exhaustedMessage(code))
    this.#poll()
  }

  #poll(): void {
    this.#cancel = this.#clock.after(POLL_EXHAUSTED, async () => {
      // The first look may still be under way.
      if (this.#seen === null) await this.open()
      if (!this.#ended) this.#poll()
    })
  }

  #closeWatches(): void {
    this.#watches.close()
    this.#entries.end()
    this.#routeWatches.close()
  }

  #note(path: string): void {
    if (this.#ended) return
    this.#pending.add(path)
    if (!this.#checking) void this.#checkAll()
  }

  async #checkAll(): Promise<void> {
    this.#checking = true
    for (const path of this.#pending) {
      this.#pending.delete(path)
      if (!this.#scope.isOutside(path)) await this.#check(path)
    }
    this.#checking = false
  }

  async #check(path: string): Promise<void> {
    const linked = await isLink(path)
    if (this.#scope.anchors.includes(path)) await this.#routes.follow(path)
    else if (linked) await this.#follow(path)
    else this.#routes.leave(path)
    const stats = await statOf(path)
    const folder = this.#folders.get(path)
    if (folder) {
      const now = stats?.isDirectory() && { real: await realpath(path).catch(() => ''), identity: identityOf(stats) }
      if (now) this.#compare(path, now)
      if (!now || now.identity !== folder.identity || now.real !== folder.real) this.#leave(path)
    }
    if (stats?.isDirectory()) {
      if (!this.#folders.has(path)) await this.#enter(path)
      else if (!this.#others.has(path)) await this.#read(path)
    } else if (!folder && this.#scope.isWanted(path)) {
      this.#listener.touched(path)
      if (linked && stats) await this.#handOver(path, await realpath(path).catch(() => path))
    }
  }

  #leave(folder: string): void {
    for (const [path, { real }] of this.#folders) {
      if (!contains(folder, path)) continue
      this.#folders.delete(path)
      this.#names.set(real, (this.#names.get(real) ?? 1) - 1)
    }
    this.#endOthers(folder)
    this.#watches.removeBelow(folder)
    this.#routes.leaveBelow(folder)
    this.#scope.forget(folder)
    this.#listener.gone(folder)
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}
