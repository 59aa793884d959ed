import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { sep } from 'node:path'

/** Files up to this many bytes are compared by content, larger ones by size and time of change. */
const LARGEST = 2 ** 20

type Stats = { size: number; mtimeMs: number }

interface Known extends Stats {
  /** Of the content; `null`: too large, or not read yet. */
  hash: string | null
}

/** What files were like, from one run to the next: tells changed ones from those that were touched, or written as they were. */
export class Contents {
  readonly #known = new Map<string, Known>()
  /** Files to be read, in the background, one after the other. */
  readonly #unread: string[] = []
  #reading = false

  /** Notes a file as it is before any change. */
  remember(file: string, { size, mtimeMs }: Stats): void {
    const isKnown = !this.differs(file, { size, mtimeMs })
    if (!isKnown) this.#known.set(file, { size, mtimeMs, hash: null })
    if (size > LARGEST || (isKnown && this.#known.get(file)?.hash !== null)) return
    this.#unread.push(file)
    if (!this.#reading) void this.#readAll()
  }

  forget(file: string): void {
    this.#known.delete(file)
  }

  /** Whether a file that was just seen may be another than it was. */
  differs(file: string, { size, mtimeMs }: Stats): boolean {
    const known = this.#known.get(file)
    return known?.size !== size || known.mtimeMs !== mtimeMs
  }

  /** The known files in a folder, at any depth; `null`: all. */
  below(folder: string | null): string[] {
    const files = [...this.#known.keys()]
    return folder === null ? files : files.filter((file) => file.startsWith(folder + sep))
  }

  /** Whether a file is another than when it was last looked at, gone or new; from then on it is known as it is now. */
  async changed(file: string): Promise<boolean> {
    const before = this.#known.get(file)
    const now = await look(file)
    if (!now) return this.#known.delete(file)
    if (before && before.size === now.size && before.mtimeMs === now.mtimeMs) return false
    const hash = await hashOf(file, now.size)
    this.#known.set(file, { ...now, hash })
    return before?.size !== now.size || hash === null || hash !== before.hash
  }

  /** Ends reading in the background; `remember` takes it up again. */
  rest(): void {
    this.#unread.length = 0
  }

  async #readAll(): Promise<void> {
    this.#reading = true
    for (let file = this.#unread.pop(); file !== undefined; file = this.#unread.pop()) {
      const known = this.#known.get(file)
      if (!known || known.hash !== null) continue
      const hash = await hashOf(file, known.size)
      const now = await look(file)
      // Written since it was noted: what has been read may be the change already.
      if (now?.size === known.size && now.mtimeMs === known.mtimeMs) known.hash = hash
    }
    this.#reading = false
  }
}

async function look(file: string): Promise<Stats | undefined> {
  try {
    const stats = await stat(file)
    return stats.isFile() ? { size: stats.size, mtimeMs: stats.mtimeMs } : undefined
  } catch {
    return undefined
  }
}

async function hashOf(file: string, size: number): Promise<string | null> {
  if (size > LARGEST) return null
  try {
    return createHash('sha1')
      .update(await readFile(file))
      .digest('base64')
  } catch {
    return null
  }
}
