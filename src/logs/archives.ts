import { open, readdir, readFile, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'

/** A piece of a log that has been cut off: `LOG.OFFSET`, the offset of its first byte in 16 digits, perhaps with `.gz`. */
export interface Archive {
  path: string
  base: number
  isCompressed: boolean
}

const DIGITS = 16

export const archivePath = (log: string, base: number): string => `${log}.${String(base).padStart(DIGITS, '0')}`

/** A log's archives, oldest first. */
export async function listArchives(log: string): Promise<Archive[]> {
  const folder = dirname(log)
  const prefix = `${basename(log)}.`
  const byBase = new Map<number, Archive>()
  for (const name of await namesIn(folder)) {
    const match = name.startsWith(prefix) ? /^(\d{16})(\.gz)?$/.exec(name.slice(prefix.length)) : null
    if (!match) continue
    const archive = { path: `${folder}/${name}`, base: Number(match[1]), isCompressed: match[2] !== undefined }
    // Both are there for a moment when one is compressed; then the plain one is the cheaper to read.
    if (!archive.isCompressed || !byBase.has(archive.base)) byBase.set(archive.base, archive)
  }
  return [...byBase.values()].sort((a, b) => a.base - b.base)
}

export async function removeArchive(log: string, base: number): Promise<void> {
  for (const ending of ['', '.gz']) await unlink(archivePath(log, base) + ending).catch(() => {})
}

/** Reads offsets from a log's archives. Of compressed ones the last is kept, since reading goes on where it was. */
export class ArchiveReader {
  readonly #log: string
  #unpacked: { path: string; bytes: Buffer } | undefined

  constructor(log: string) {
    this.#log = log
  }

  /** First offset from which on all bytes up to `end` are in archives; `end` when there is none. */
  async start(end: number): Promise<number> {
    const archives = await listArchives(this.#log)
    return Math.min(end, archives[0]?.base ?? end)
  }

  /** Bytes from `offset` on, at most `length`, none beyond one archive; none when the archive has been given up. */
  async read(offset: number, length: number): Promise<Buffer> {
    const archive = (await listArchives(this.#log)).findLast(({ base }) => base <= offset)
    if (!archive) return Buffer.alloc(0)
    try {
      const at = offset - archive.base
      return archive.isCompressed
        ? (await this.#unpack(archive.path)).subarray(at, at + length)
        : await readPart(archive.path, at, length)
    } catch (error) {
      // Compressed or given up since it was listed.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.read(offset, length)
      throw error
    }
  }

  async #unpack(path: string): Promise<Buffer> {
    if (this.#unpacked?.path !== path) {
      const { gunzip } = await import('node:zlib')
      this.#unpacked = { path, bytes: await promisify(gunzip)(await readFile(path)) }
    }
    return this.#unpacked.bytes
  }
}

async function readPart(path: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const bytes = Buffer.allocUnsafe(length)
    const { bytesRead } = await handle.read(bytes, 0, length, position)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}
