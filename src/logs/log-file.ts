import { type FileHandle, open, stat } from 'node:fs/promises'
import { ArchiveReader } from './archives.ts'
import { type Placement, placementOf } from './placement.ts'

/** How often a read is begun anew because a rotation has moved the file meanwhile. */
const ATTEMPTS = 1000

/**
 * One stream's log for reading, by offsets that count from the stream's beginning through all rotations: archives and
 * live file look like one. Keeps reading the same live file when the path is renamed or replaced; `whereabouts` tells.
 */
export class LogFile {
  readonly #path: string
  readonly #handle: FileHandle
  /** Device and inode. */
  readonly id: string
  readonly #archives: ArchiveReader
  /** First offset that can be read. */
  start = 0
  /** A line begins at `start`, whereas a piece that was given up may have ended within one. */
  startsLine = true
  /** Offset of the live file's first byte; below it are archives. */
  base = 0
  /** Offset after the last byte, at the last `refresh`. */
  end = 0
  /** When it was written last, epoch ms. */
  modified = 0

  private constructor(path: string, handle: FileHandle, id: string) {
    this.#path = path
    this.#handle = handle
    this.id = id
    this.#archives = new ArchiveReader(path)
  }

  /** `undefined` when there is no such file. */
  static async open(path: string): Promise<LogFile | undefined> {
    let handle: FileHandle
    try {
      handle = await open(path, 'r')
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
    const { dev, ino } = await handle.stat()
    const file = new LogFile(path, handle, `${dev}:${ino}`)
    await file.refresh()
    return file
  }

  async refresh(): Promise<void> {
    const [stats, { base, shift, origin }] = await this.#steady(() => this.#handle.stat())
    this.base = base
    this.end = Math.max(base, shift + stats.size)
    this.modified = Math.floor(stats.mtimeMs)
    this.start = base === origin ? base : await this.#archives.start(base)
    this.startsLine = this.start === origin
  }

  /** Whether the path still names this file, or none, or another. */
  async whereabouts(): Promise<'here' | 'gone' | 'replaced'> {
    try {
      const { dev, ino } = await stat(this.#path)
      return `${dev}:${ino}` === this.id ? 'here' : 'replaced'
    } catch {
      return 'gone'
    }
  }

  /** The bytes from `offset` on; fewer than `length` where the log ends, none where an archive has been given up. */
  async read(offset: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let filled = 0; filled < length; ) {
      const part = await this.#readPart(offset + filled, length - filled)
      if (part.length === 0) break
      parts.push(part)
      filled += part.length
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async #readPart(offset: number, length: number): Promise<Buffer> {
    const [part] = await this.#steady(async ({ base, shift }) => {
      if (offset < base) return this.#archives.read(offset, Math.min(length, base - offset))
      const bytes = Buffer.allocUnsafe(length)
      const { bytesRead } = await this.#handle.read(bytes, 0, length, offset - shift)
      return bytes.subarray(0, bytesRead)
    })
    return part
  }

  /** Repeats an access until no rotation has moved the file in the middle of it. */
  async #steady<T>(access: (placement: Placement) => Promise<T>): Promise<[T, Placement]> {
    let placement = placementOf(this.#path, this.#handle.fd)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const result = await access(placement)
      const after = placementOf(this.#path, this.#handle.fd)
      if (after.version === placement.version) return [result, placement]
      placement = after
    }
    throw new Error(`${this.#path} is rotated faster than it can be read`)
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
