import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { sep } from 'node:path'

/** Files up to this many bytes are compared by content, larger ones by size and time of change. */
const LARGEST = 2 ** 20

/** Codes of errors by which a file is not there. */
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

type Stats = { size: number; mtimeMs: number }

interface Known extends Stats {
  /** Of the content; `null`: the file is too large, or not read yet. */
  hash: string | null
}

/** Remembers files from one run to the next, and distinguishes changed ones from those that were written as they were. */
export class Contents {
  readonly #known = new Map<string, Known>()
  /** Files that are still to be read: in the background, one after the other. */
  readonly #unread: string[] = []
  #reading = false
  /** Warnings that are given once, not with every run. */
  readonly warned = new Set<string>()

  /** Notes how a file is before any change. */
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

  /** Whether size or mtime differs from the last look. */
  differs(file: string, { size, mtimeMs }: Stats): boolean {
    const known = this.#known.get(file)
    return known?.size !== size || known.mtimeMs !== mtimeMs
  }

  /** The known files in a folder, at any depth; `null`: all. */
  below(folder: string | null): string[] {
    const files = [...this.#known.keys()]
    return folder === null ? files : files.filter((file) => file.startsWith(folder + sep))
  }

  /** Whether a file has changed since the last look, is gone or new. How it is now is noted. */
  async changed(file: string): Promise<boolean> {
    const before = this.#known.get(file)
    const now = await look(file)
    if (now === 'unknown') return false
    if (now === 'gone') return this.#known.delete(file)
    if (before && before.size === now.size && before.mtimeMs === now.mtimeMs) return false
    const hash = await hashOf(file, now.size)
    this.#known.set(file, { ...now, hash })
    return before?.size !== now.size || hash === null || hash !== before.hash
  }

  /** Ends reading in the background until `remember` is called again. */
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
      // If it was written since it was noted, the new content may have been read.
      const isAsNoted = typeof now === 'object' && now.size === known.size && now.mtimeMs === known.mtimeMs
      if (isAsNoted) known.hash = hash
    }
    this.#reading = false
  }
}

/** `unknown`: the file system does not answer, as one on the network may do for a while. */
async function look(file: string): Promise<Stats | 'gone' | 'unknown'> {
  try {
    const stats = await stat(file)
    return stats.isFile() ? { size: stats.size, mtimeMs: stats.mtimeMs } : 'gone'
  } catch (error) {
    return GONE.has((error as NodeJS.ErrnoException).code ?? '') ? 'gone' : 'unknown'
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
