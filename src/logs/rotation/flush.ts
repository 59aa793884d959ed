import { lstatSync, rmSync, statSync, truncateSync } from 'node:fs'
import { isDiskFull } from '../../system/fs/disk-full.ts'
import { listArchives, removeArchive } from '../files/archives.ts'
import { FRESH, readRotation, rotationPath, writeRotation } from '../files/rotation-record.ts'
import { cut, recoverRotation } from './cut.ts'

/**
 * Bytes by which a flush advances offsets beyond the log's size. The child may write between the check of the size and
 * the truncation. Those bytes are lost with the rest, and their offsets must not be used again. Offsets have room for
 * four million gaps.
 */
const GAP = 2 ** 26

/**
 * Empties a log and deletes its archives, while its child goes on writing. The child appends, so it continues at the
 * beginning. A missing log counts as empty. Must not run during a rotation of the same log. Resolves to the number of
 * bytes removed.
 *
 * Offsets continue after the old ones, so that the index, followers and cursors stay valid.
 */
export async function flushLog(log: string): Promise<number> {
  await recoverRotation(log)
  let bytes = 0
  for (const { path, base } of await listArchives(log)) {
    bytes += sizeOf(path)
    await removeArchive(log, base)
  }
  const size = sizeOf(log)
  if (size > 0) await empty(log, size + GAP)
  return bytes + size
}

/**
 * A full disk has no room for the records of a recoverable cut. Then the log is truncated first, which makes room for
 * one record.
 */
async function empty(log: string, length: number): Promise<void> {
  try {
    await cut(log, length, async () => truncateSync(log), true)
  } catch (error) {
    if (!isDiskFull(error)) throw error
    truncateSync(log)
    const { generation, base } = readRotation(log) ?? FRESH
    const end = base + length
    writeRotation(log, { ...FRESH, generation: generation + 2 - (generation % 2), base: end, origin: end })
  }
}

/**
 * Deletes a log that has been flushed and that nobody writes any more. Anything but a regular file, such as /dev/null,
 * stays.
 */
export function deleteLog(log: string): void {
  if (!lstatSync(log, { throwIfNoEntry: false })?.isFile()) return
  for (const path of [log, rotationPath(log)]) rmSync(path, { force: true })
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
