import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { listArchives, removeArchive } from './archives.ts'
import { recoverRotation } from './cut.ts'
import { FRESH, readRotation, rotationPath, writeRotation } from './rotation-record.ts'

/**
 * Empties a log, its archives included, while its child goes on writing: that appends, so it goes on at the beginning. A log
 * that is missing is empty. Never beside a rotation of the same log. Resolves with how many bytes there were.
 *
 * Offsets go on where they were: the record says that all before them has been cut off, so that the index, followers and
 * cursors hold. Killed between truncation and record, the log looks like one that started over, which they know too.
 */
export async function flushLog(log: string): Promise<number> {
  await recoverRotation(log)
  let bytes = 0
  for (const { path, base } of await listArchives(log)) {
    bytes += await sizeOf(path)
    await removeArchive(log, base)
  }
  return bytes + empty(log)
}

/** Deletes a log that has been flushed and that nobody writes any more. What is no regular file, such as /dev/null, stays. */
export function deleteLog(log: string): void {
  if (!lstatSync(log, { throwIfNoEntry: false })?.isFile()) return
  for (const path of [log, rotationPath(log)]) rmSync(path, { force: true })
}

function empty(log: string): number {
  const fd = openIfPresent(log)
  if (fd === undefined) return 0
  try {
    const { size } = fstatSync(fd)
    if (size === 0) return 0
    const { generation, base } = readRotation(log) ?? FRESH
    ftruncateSync(fd, 0)
    writeRotation(log, { ...FRESH, generation: generation + 2, base: base + size, origin: base + size })
    return size
  } finally {
    closeSync(fd)
  }
}

/** Without creating it. */
function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}
