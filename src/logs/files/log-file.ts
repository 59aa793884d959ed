import { type FileHandle, stat } from 'node:fs/promises'
import { refusal } from '../../system/fs/plain-file.ts'
import { openPlainHandle } from '../../system/fs/plain-handle.ts'
import { ArchiveReader } from './archives.ts'
import { type Placement, placementOf } from './placement.ts'

/** Times that a read is repeated because a rotation moved the file meanwhile. */
const ATTEMPTS = 1000

/**
 * Reads one stream's log by offsets that count through all rotations: archives and live file look like one file. The
 * live file stays open when its path is renamed or replaced, which `whereabouts` reports.
 */
export class LogFile {
  readonly #path: string
  readonly #handle: FileHandle
  /** Device and inode. */
  readonly id: string
  readonly #archives: ArchiveReader
  /** First readable offset. */
  start = 0
  /** A line begins at `start`. It may not, since a deleted archive may have ended within a line. */
  startsLine = true
  /** Offset of the last flush, or 0. The log has nothing before it. */
  origin = 0
  /** Offset of the live file's first byte. Below it are archives. */
  base = 0
  /** Offset after the last byte, as of the last `refresh`. */
  end = 0
  /** Time of the last write, epoch ms. */
  modified = 0

  private constructor(path: string, handle: FileHandle, id: string) {
    this.#path = path
    this.#handle = handle
    this.id = id
    this.#archives = new ArchiveReader(path)
  }

  /** Undefined if the file does not exist, or is none: a FIFO, a socket or a folder has no lines. */
  static async open(path: string): Promise<LogFile | undefined> {
    let handle: FileHandle
    try {
      handle = await openPlainHandle(path)
    } catch (error) {
      if (isMissing(error) || refusal(path) !== null) return undefined
      throw error
    }
    try {
      const { dev, ino } = await handle.stat()
      const file = new LogFile(path, handle, `${dev}:${ino}`)
      await file.refresh()
      return file
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async refresh(): Promise<void> {
    const [stats, { base, shift, origin }] = await this.#stable(() => this.#handle.stat())
    this.origin = origin
    this.base = base
    this.end = Math.max(base, shift + stats.size)
    this.modified = Math.floor(stats.mtimeMs)
    this.start = base === origin ? base : await this.#archives.start(base)
    this.startsLine = this.start === origin
  }

  /** Whether the path still names this file, no file, or another one. */
  async whereabouts(): Promise<'here' | 'gone' | 'replaced'> {
    try {
      const { dev, ino } = await stat(this.#path)
      return `${dev}:${ino}` === this.id ? 'here' : 'replaced'
    } catch {
      return 'gone'
    }
  }

  /** `length` bytes from `offset`; fewer at the end of the log, none if their archive has been deleted. */
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
    const [part] = await this.#stable(async ({ base, shift }) => {
      if (offset < base) return this.#archives.read(offset, Math.min(length, base - offset))
      const bytes = Buffer.allocUnsafe(length)
      const { bytesRead } = await this.#handle.read(bytes, 0, length, offset - shift)
      return bytes.subarray(0, bytesRead)
    })
    return part
  }

  /** Repeats an access until no rotation has moved the file in the middle of it. */
  async #stable<T>(access: (placement: Placement) => Promise<T>): Promise<[T, Placement]> {
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
