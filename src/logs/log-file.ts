import { type FileHandle, open, stat } from 'node:fs/promises'

/**
 * One stream's file for reading, by offsets that count from the stream's beginning. Keeps reading the same file when
 * the path is renamed or replaced; `whereabouts` tells.
 */
export class LogFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #id: string
  /** First offset that can be read. */
  start = 0
  /** Offset after the last byte, at the last `refresh`. */
  end = 0
  /** When it was written last, epoch ms. */
  modified = 0

  private constructor(path: string, handle: FileHandle, id: string) {
    this.#path = path
    this.#handle = handle
    this.#id = id
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
    const stats = await this.#handle.stat()
    this.end = stats.size
    this.modified = Math.floor(stats.mtimeMs)
  }

  /** Whether the path still names this file, or none, or another. */
  async whereabouts(): Promise<'here' | 'gone' | 'replaced'> {
    try {
      const { dev, ino } = await stat(this.#path)
      return `${dev}:${ino}` === this.#id ? 'here' : 'replaced'
    } catch {
      return 'gone'
    }
  }

  /** The bytes from `offset` on; fewer than `length` where the file ends. */
  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
