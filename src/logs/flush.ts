import { lstatSync, rmSync, statSync, truncateSync } from 'node:fs'
import { listArchives, removeArchive } from './archives.ts'
import { cut, recoverRotation } from './cut.ts'
import { FRESH, readRotation, rotationPath, writeRotation } from './rotation-record.ts'

/**
 * Bytes by which offsets grow beyond the size of a log that is emptied. What its child writes between the look at that and the
 * emptying, a few system calls later, goes with the rest, and no offset of it may come again. Offsets have room for four
 * million of these.
 */
const GAP = 2 ** 26
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/**
 * Empties a log, its archives included, while its child goes on writing: that appends, so it goes on at the beginning. A log
 * that is missing is empty. Never beside a rotation of the same log. Resolves with how many bytes there were.
 *
 * Offsets go on behind where they were: the record says that all before them has been cut off, so that the index, followers
 * and cursors hold.
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

/** In steps that can be told from each other; or, on a full disk, which has no room for the record of them, by what makes room. */
async function empty(log: string, length: number): Promise<void> {
  try {
    await cut(log, length, async () => truncateSync(log), true)
  } catch (error) {
    if (!FULL.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    truncateSync(log)
    const { generation, base } = readRotation(log) ?? FRESH
    const end = base + length
    writeRotation(log, { ...FRESH, generation: generation + 2 - (generation % 2), base: end, origin: end })
  }
}

/** Deletes a log that has been flushed and that nobody writes any more. What is no regular file, such as /dev/null, stays. */
export function deleteLog(log: string): void {
  if (!lstatSync(log, { throwIfNoEntry: false })?.isFile()) return
  for (const path of [log, rotationPath(log)]) rmSync(path, { force: true })
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
