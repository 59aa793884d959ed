import { lstat, readlink } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, parse, sep } from 'node:path'
import type { WatchedEntries } from './entries.ts'
import { contains } from './paths.ts'

/** An entry of a folder that decides where a path leads: a link, or the file or folder at the end. */
interface Step {
  /** Real. */
  folder: string
  name: string
}

/** As many links as the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40
/** In case that links are switched faster than they are read. */
const MOST_READINGS = 5

/**
 * Watches where paths lead: the folder of each link on the way, and the folder of the file or folder at the end. To watch
 * the path itself is not enough: such a watch stays with whatever was there when it began.
 */
export class Routes {
  readonly #entries: Pick<WatchedEntries, 'add' | 'remove'>
  readonly #steps = new Map<string, Step[]>()

  /** @param entries calls back when a path may lead elsewhere */
  constructor(entries: Pick<WatchedEntries, 'add' | 'remove'>) {
    this.#entries = entries
  }

  /**
   * Watches where a path leads, from now on or as it leads now.
   *
   * @param parent the real folder that it is in, when whoever watches that folder sees it switched there
   */
  async follow(path: string, parent?: string): Promise<void> {
    let before = ''
    // A link that is switched after it is read and before it is watched is seen by the next reading.
    for (let reading = 0; reading < MOST_READINGS; reading++) {
      const steps = parent === undefined ? await stepsOf(path) : (await stepsOf(basename(path), parent)).slice(1)
      const now = JSON.stringify(steps)
      if (now === before) return
      before = now
      this.#watch(path, steps)
    }
  }

  leave(path: string): void {
    if (this.#steps.has(path)) this.#watch(path, [])
  }

  /** Leaves all that is below a folder, but not the folder. */
  leaveBelow(folder: string): void {
    for (const path of this.#steps.keys()) if (path !== folder && contains(folder, path)) this.leave(path)
  }

  #watch(path: string, steps: Step[]): void {
    const before = this.#steps.get(path) ?? []
    for (const { folder, name } of steps) this.#entries.add(folder, name, path)
    const kept = new Set(steps.map(({ folder, name }) => join(folder, name)))
    for (const { folder, name } of before) if (!kept.has(join(folder, name))) this.#entries.remove(folder, name, path)
    if (steps.length > 0) this.#steps.set(path, steps)
    else this.#steps.delete(path)
  }
}

/**
 * The links on the way along `path`, in their order, and its end, which may be missing. Folders on the way that are no links
 * are left out: they are seldom replaced, and are often busy.
 *
 * @param folder real; where the way begins
 */
async function stepsOf(path: string, folder = parse(path).root): Promise<Step[]> {
  const steps: Step[] = []
  const names = path.split(sep)
  let links = 0
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '' || name === '.') continue
    if (name === '..') {
      folder = dirname(folder)
      continue
    }
    const entry = join(folder, name)
    const stats = await lstat(entry).catch(() => undefined)
    const target = stats?.isSymbolicLink() ? await readlink(entry).catch(() => undefined) : undefined
    const isEnd = names.every((rest) => rest === '')
    if (stats === undefined || target !== undefined || isEnd) steps.push({ folder, name })
    if (stats === undefined || (target !== undefined && ++links > MOST_LINKS)) break
    if (target === undefined) folder = entry
    else {
      names.unshift(...target.split(sep))
      if (isAbsolute(target)) folder = parse(target).root
    }
  }
  return steps
}
