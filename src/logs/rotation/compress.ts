import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, unlink } from 'node:fs/promises'

/**
 * Compresses an archive. At any time, readers find the plain or the compressed one. Resolves when the plain one is
 * deleted.
 */
export async function compressArchive(path: string): Promise<void> {
  const [{ createGzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream/promises')])
  const unfinished = `${path}.gz.new`
  try {
    await rm(unfinished, { force: true })
    await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished, { flags: 'wx', mode: 0o600 }))
    await rename(unfinished, `${path}.gz`)
  } catch (error) {
    await unlink(unfinished).catch(() => {})
    throw error
  }
  await unlink(path)
}
