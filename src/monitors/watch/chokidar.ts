import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FSWatcher } from 'chokidar'
import type { Clock } from '../../system/clock.ts'
import type { WatchListener } from './listener.ts'
import { canonical, contains, isLink } from './paths.ts'
import type { Scope } from './scope.ts'
import { identityOf } from './shared-watches.ts'
import { EXHAUSTED, exhaustedMessage, POLL_EXHAUSTED } from './watches.ts'

/** ms between looks for what a link led to, or for the folder that the watching began at, while it is missing. */
const LOOK_EVERY = 1000

export interface ChokidarOptions {
  scope: Scope
  listener: Omit<WatchListener, 'sawAll'>
  clock: Clock
  /** Existing folders and files that the watching begins at. */
  roots: string[]
  /** ms between looks at every file; false: the system reports changes. */
  polling: number | false
}

interface Folder {
  /** With links resolved. */
  real: string
  identity: string
  mtimeMs: number
}

/**
 * Watches the files of a scope with chokidar, which looks at each of them again and again, or uses what a system other than
 * Linux reports. Chokidar does not notice switched links, nor some replaced folders: then it is started anew.
 */
export class ChokidarWatch {
  readonly #options: ChokidarOptions
  #polling: number | false
  #watcher: FSWatcher | undefined
  #files = new Set<string>()
  #folders = new Map<string, Folder>()
  /** Roots and links that lead nowhere for now. */
  readonly #missing = new Set<string>()
  #cancelLook: (() => void) | null = null
  #isStale = false
  #isReopening = false
  #ended = false
  #opened = () => {}

  constructor(options: ChokidarOptions) {
    this.#options = options
    this.#polling = options.polling
  }

  /** The files that exist, as far as they are known. */
  get files(): ReadonlySet<string> {
    return this.#files
  }

  /** Begins to watch; resolves when every file has been seen, or at the end. */
  open(): Promise<void> {
    const { roots, listener } = this.#options
    return new Promise((resolve) => {
      this.#opened = resolve
      if (this.#ended) return resolve()
      const watcher = this.#create()
      this.#watcher = watcher
      watcher.on('add', (file, stats) => this.#seen(file, stats))
      watcher.on('change', (file) => listener.touched(file))
      watcher.on('unlink', (file) => this.#gone(file))
      watcher.on('unlinkDir', (folder) => this.#goneFolder(folder))
      watcher.on('raw', (_, path, details) => void this.#inspect(path, details as RawDetails))
      watcher.on('error', (error) => this.#failed(error as NodeJS.ErrnoException))
      watcher.on('ready', resolve)
      watcher.add(roots)
    })
  }

  end(): void {
    this.#ended = true
    this.#cancelLook?.()
    void this.#watcher?.close()
    this.#opened()
  }

  #create(): FSWatcher {
    const watcher = new FSWatcher({
      persistent: false,
      ignorePermissionErrors: true,
      // Changes in quick succession are gathered by `Burst`.
      atomic: false,
      ignored: (path, stats) => this.#isIgnored(path, stats),
    })
    const every = this.#polling === false ? LOOK_EVERY : this.#polling
    // Not given to the constructor, where the variables CHOKIDAR_USEPOLLING and CHOKIDAR_INTERVAL would override it.
    const mode = { usePolling: this.#polling !== false, interval: every, binaryInterval: every }
    watcher.options = { ...watcher.options, ...mode }
    return watcher
  }

  #isIgnored(path: string, stats: Stats | undefined): boolean {
    const { scope } = this.#options
    if (scope.isOutside(path)) return true
    if (stats?.isFile()) return !scope.isWanted(path)
    return stats?.isDirectory() === true && !this.#enter(path, stats)
  }

  /** Notes a folder. False: it is a link that leads back to a folder that it is in itself. */
  #enter(path: string, stats: Stats): boolean {
    if (this.#folders.has(path)) return true
    const real = canonical(path)
    for (let above = dirname(path); this.#folders.has(above) && above !== dirname(above); above = dirname(above))
      if (this.#folders.get(above)?.real === real) return false
    this.#folders.set(path, { real, identity: identityOf(stats), mtimeMs: stats.mtimeMs })
    return true
  }

  #seen(file: string, stats: Stats | undefined): void {
    this.#files.add(file)
    if (stats) this.#options.listener.seen(file, stats)
    else this.#options.listener.touched(file)
  }

  #gone(path: string): void {
    if (this.#files.delete(path)) this.#options.listener.touched(path)
    void this.#waitFor(path)
  }

  #goneFolder(folder: string): void {
    this.#folders.delete(folder)
    this.#options.scope.forget(folder)
    this.#options.listener.gone(folder)
    void this.#waitFor(folder)
  }

  /** Chokidar does not notice that the target of a link is back, or a root. */
  async #waitFor(path: string): Promise<void> {
    const isAwaited = this.#options.roots.includes(path) || (await isLink(path))
    if (this.#ended || !isAwaited) return
    this.#missing.add(path)
    this.#look()
  }

  #look(): void {
    const every = this.#polling === false ? LOOK_EVERY : this.#polling
    this.#cancelLook ??= this.#options.clock.after(every, async () => {
      const found = await Promise.all([...this.#missing].map(exists))
      this.#cancelLook = null
      if (this.#ended) return
      if (found.includes(true)) return this.#reopen()
      this.#look()
    })
  }

  /** Examines a difference that chokidar has noticed, or a report of the system. */
  async #inspect(path: string, { curr, prev, watchedPath }: RawDetails): Promise<void> {
    if (curr && prev) {
      // Chokidar itself passes over a file that is older than the one before it.
      if (this.#files.has(path)) this.#options.listener.touched(path)
      else if (this.#isReplaced(path, curr, prev)) await this.#reopen()
      return
    }
    // The report is about an entry of the folder, or about the folder itself, under its own name.
    const entry = watchedPath === undefined ? path : join(watchedPath, basename(path))
    if (this.#files.has(entry)) {
      this.#options.listener.touched(entry)
      if (await isLink(entry)) await this.#reopen()
    } else await this.#inspectFolder(this.#folders.has(entry) ? entry : (watchedPath ?? path))
  }

  /** Some file systems give a folder another inode number now and then: by that alone it is no other folder. */
  #isReplaced(path: string, curr: Stats, prev: Stats): boolean {
    const folder = this.#folders.get(path)
    if (folder === undefined || curr.mtimeMs === 0) return false
    const isOtherCwd = path === this.#options.scope.cwd && curr.ino !== prev.ino && curr.mtimeMs !== prev.mtimeMs
    return isOtherCwd || curr.mtimeMs < prev.mtimeMs || canonical(path) !== folder.real
  }

  async #inspectFolder(path: string): Promise<void> {
    const folder = this.#folders.get(path)
    if (folder === undefined) return
    const now = await stat(path).catch(() => undefined)
    if (now === undefined) await this.#waitFor(path)
    else if (identityOf(now) !== folder.identity || canonical(path) !== folder.real) await this.#reopen()
  }

  /** Starts chokidar anew, as often as that is asked for meanwhile. */
  async #reopen(): Promise<void> {
    this.#isStale = true
    if (this.#isReopening) return
    this.#isReopening = true
    // The caller may be chokidar, which fails when it is closed in the midst of a call.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#isStale && !this.#ended) {
      this.#isStale = false
      await this.#lookAnew()
    }
    this.#isReopening = false
  }

  /** Looks at everything as if for the first time, and reports the differences. */
  async #lookAnew(): Promise<void> {
    const { scope, listener, roots } = this.#options
    await this.#watcher?.close()
    const [files, folders] = [this.#files, this.#folders]
    this.#files = new Set()
    this.#folders = new Map()
    this.#missing.clear()
    for (const root of roots) scope.forget(root)
    await this.open()
    if (this.#ended) return
    for (const path of replacedFolders(folders, this.#folders, scope.cwd)) listener.replaced(path)
    for (const file of files) {
      if (this.#files.has(file)) continue
      listener.touched(file)
      void this.#waitFor(file)
    }
    for (const root of roots) if (!this.#folders.has(root) && !this.#files.has(root)) void this.#waitFor(root)
  }

  #failed({ code = '', message }: NodeJS.ErrnoException): void {
    if (this.#ended) return
    if (!EXHAUSTED.has(code) || this.#polling !== false) {
      this.#options.listener.failed(`watching files: ${message}`)
      return
    }
    this.#polling = POLL_EXHAUSTED
    this.#options.listener.failed(exhaustedMessage(code))
    void this.#reopen()
  }
}

interface RawDetails {
  /** Where files are looked at: the file or folder as it is now, and as it was before. */
  curr?: Stats
  prev?: Stats
  /** Where the system reports: the folder. */
  watchedPath?: string
}

/** The paths that lead to other folders than before; those below one of them are left out. */
function replacedFolders(before: Map<string, Folder>, now: Map<string, Folder>, cwd: string): string[] {
  const replaced: string[] = []
  for (const [path, { real, identity, mtimeMs }] of before) {
    const folder = now.get(path)
    if (folder === undefined) continue
    const isOtherCwd = path === cwd && folder.identity !== identity && folder.mtimeMs !== mtimeMs
    if ((folder.real !== real || isOtherCwd) && !replaced.some((above) => contains(above, path))) replaced.push(path)
  }
  return replaced
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
