import { type FSWatcher, watch } from 'node:fs'
import { isSameName, type Nameless, type ProjectName } from '../model/names/names.ts'
import { projectNames } from '../storage/project-names.ts'
import { projectsFolder } from '../storage/projects.ts'

/** ms after a change until the names are read again: a new project is a link, a switch of branches several files. */
const SETTLE = 50

/** The names of this user's projects, as the registry and their working trees are now. It reads them again when one of them changes. */
export class Directory {
  readonly #changed: () => void
  readonly #watchers = new Map<string, FSWatcher>()
  #names = new Map<string, ProjectName | Nameless>()
  #timer: NodeJS.Timeout | undefined

  constructor(changed: () => void) {
    this.#changed = changed
    this.refresh()
  }

  /** By state folder. */
  get names(): ReadonlyMap<string, ProjectName | Nameless> {
    return this.#names
  }

  find(name: ProjectName): string | undefined {
    return [...this.#names].find(([, own]) => !('problem' in own) && isSameName(own, name))?.[0]
  }

  /** Reads all again. */
  refresh(): void {
    const { names, heads } = projectNames()
    this.#watch(new Set([projectsFolder() ?? [], heads].flat()))
    if (JSON.stringify([...names]) === JSON.stringify([...this.#names])) return
    this.#names = names
    this.#changed()
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const watcher of this.#watchers.values()) watcher.close()
  }

  #watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) {
      if (this.#watchers.has(folder)) continue
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#later())
        watcher.on('error', () => this.#forget(folder))
        this.#watchers.set(folder, watcher)
      } catch {
        // It is gone, or the system has no watches left: a request for an unknown name looks again.
      }
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close()
    this.#watchers.delete(folder)
    this.#later()
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.refresh()
    }, SETTLE)
  }
}
