import { type FileHandle, open, rename, rm, unlink } from 'node:fs/promises'
import { archivePath } from '../files/archives.ts'

const CHUNK = 2 ** 20

/** A buffer for `copyToArchive`, to be reused for consecutive copies, since fresh memory costs more than the copying. */
export const copyBuffer = (): Buffer => Buffer.allocUnsafe(CHUNK)

export interface Part {
  /** Positions in the live file. */
  from: number
  to: number
  /** Offset of the live file's first byte. */
  base: number
}

/**
 * Writes a part of a live log into an archive, which appears whole or not at all. Rejects if the file became shorter
 * meanwhile.
 */
export async function copyToArchive(
  log: string,
  live: FileHandle,
  { from, to, base }: Part,
  buffer: Buffer,
): Promise<void> {
  const path = archivePath(log, base + from)
  const unfinished = `${path}.new`
  await rm(unfinished, { force: true })
  const archive = await open(unfinished, 'wx', 0o600)
  try {
    for (let at = from; at < to; ) {
      const { bytesRead } = await live.read(buffer, 0, Math.min(buffer.length, to - at), at)
      if (bytesRead === 0) throw new Error(`${log} was truncated while it was rotated`)
      const { bytesWritten } = await archive.write(buffer, 0, bytesRead)
      at += bytesWritten
    }
    await archive.datasync()
    await rename(unfinished, path)
  } catch (error) {
    await unlink(unfinished).catch(() => {})
    throw error
  } finally {
    await archive.close()
  }
}
