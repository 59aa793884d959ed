import { readdir, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'
import { openPlainHandle } from '../../system/fs/plain-handle.ts'

/** A part that was cut off a log: `LOG.OFFSET`, with the offset of its first byte in 16 digits, or `LOG.OFFSET.gz`. */
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
    // For a moment during compression both exist. The plain one is cheaper to read.
    if (!archive.isCompressed || !byBase.has(archive.base)) byBase.set(archive.base, archive)
  }
  return [...byBase.values()].sort((a, b) => a.base - b.base)
}

export async function removeArchive(log: string, base: number): Promise<void> {
  for (const ending of ['', '.gz']) await unlink(archivePath(log, base) + ending).catch(() => {})
}

/**
 * Reads from a log's archives by offset. The last compressed archive stays unpacked, since the next read is usually
 * near.
 */
export class ArchiveReader {
  readonly #log: string
  #unpacked: { path: string; bytes: Buffer } | undefined

  constructor(log: string) {
    this.#log = log
  }

  /** Offset of the oldest archived byte; `end` if there are no archives. */
  async start(end: number): Promise<number> {
    const archives = await listArchives(this.#log)
    return Math.min(end, archives[0]?.base ?? end)
  }

  /** At most `length` bytes from `offset`, all from one archive; empty if that archive has been deleted. */
  async read(offset: number, length: number): Promise<Buffer> {
    const archive = (await listArchives(this.#log)).findLast(({ base }) => base <= offset)
    if (!archive) return Buffer.alloc(0)
    try {
      const at = offset - archive.base
      return archive.isCompressed
        ? (await this.#unpack(archive.path)).subarray(at, at + length)
        : await readPart(archive.path, at, length)
    } catch (error) {
      // Compressed or deleted since it was listed.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.read(offset, length)
      throw error
    }
  }

  async #unpack(path: string): Promise<Buffer> {
    if (this.#unpacked?.path !== path) {
      const { gunzip } = await import('node:zlib')
      this.#unpacked = { path, bytes: await promisify(gunzip)(await readWhole(path)) }
    }
    return this.#unpacked.bytes
  }
}

async function readPart(path: string, position: number, length: number): Promise<Buffer> {
  const handle = await openPlainHandle(path)
  try {
    const bytes = Buffer.allocUnsafe(length)
    const { bytesRead } = await handle.read(bytes, 0, length, position)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function readWhole(path: string): Promise<Buffer> {
  const handle = await openPlainHandle(path)
  try {
    return await handle.readFile()
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
