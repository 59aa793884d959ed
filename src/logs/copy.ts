import { type FileHandle, open, rename, rm, unlink } from 'node:fs/promises'
import { archivePath } from './archives.ts'

const CHUNK = 2 ** 20

/** Room for `copyToArchive`. Memory that was not touched before costs more than the copying: share it, but not at one time. */
export const roomToCopy = (): Buffer => Buffer.allocUnsafe(CHUNK)

export interface Part {
  /** Positions in the live file. */
  from: number
  to: number
  /** Offset of the live file's first byte. */
  base: number
}

/** Writes a part of a live log into an archive, which appears whole or not at all. Rejects when the file is shorter by now. */
export async function copyToArchive(
  log: string,
  live: FileHandle,
  { from, to, base }: Part,
  room: Buffer,
): Promise<void> {
  const path = archivePath(log, base + from)
  const unfinished = `${path}.new`
  await rm(unfinished, { force: true })
  const archive = await open(unfinished, 'wx', 0o600)
  try {
    for (let at = from; at < to; ) {
      const { bytesRead } = await live.read(room, 0, Math.min(room.length, to - at), at)
      if (bytesRead === 0) throw new Error(`${log} was truncated while it was rotated`)
      const { bytesWritten } = await archive.write(room, 0, bytesRead)
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
