import { closeSync, constants, existsSync, readSync, truncateSync, writeSync } from 'node:fs'
import { openPlain } from '../../system/fs/plain-file.ts'
import { randomBytes } from '../../system/fs/random.ts'
import { listArchives, removeArchive } from '../files/archives.ts'
import { isCut } from '../files/placement.ts'
import { FRESH, MARKER_SIZE, type Rotation, readRotation, writeRotation } from '../files/rotation-record.ts'
import { collapse, waitForCollapse } from './collapse.ts'

/**
 * Cuts `length` bytes off the beginning of a log, so that at every moment it is known whether the cut has happened:
 *
 * 1. the record gets an odd generation;
 * 2. a random marker is written over the first bytes, and the record says so;
 * 3. `remove` makes the cut;
 * 4. the record gets an even generation and the new base.
 *
 * Resolves to false if nothing was cut; then the log is as before.
 *
 * @param remove cuts the bytes off. They are already in archives, unless `isFlush`.
 * @param isFlush the bytes are discarded: for readers they are gone from the first step on
 */
export async function cut(
  log: string,
  length: number,
  remove: () => Promise<unknown>,
  isFlush = false,
): Promise<boolean> {
  const { generation, base, origin: before } = readRotation(log) ?? FRESH
  const origin = isFlush ? base + length : before
  const marker = randomBytes(MARKER_SIZE)
  const head = readHead(log)
  const prepared = { generation: generation + 1, base, length, isMarked: false, marker, head, origin }
  writeRotation(log, prepared)
  writeHead(log, marker)
  writeRotation(log, { ...prepared, isMarked: true })
  try {
    await remove()
  } catch (error) {
    await finish(log)
    throw error
  }
  return finish(log)
}

/** Whether the cut of a record discards its bytes: nothing before its end may be read any more. */
const discards = ({ base, length, origin }: Rotation): boolean => length > 0 && origin === base + length

/**
 * Finishes a rotation or flush whose supervisor was killed, if there is one. If the marker is still there, the cut is
 * made, or undone if the file system refuses. Rejects if a `fallocate` of that supervisor does not end.
 */
export async function recoverRotation(log: string): Promise<void> {
  if ((readRotation(log) ?? FRESH).generation % 2 === 0) return
  await waitForCollapse(log)
  const rotation = readRotation(log) ?? FRESH
  if (discards(rotation)) finishFlush(log, rotation)
  else if (rotation.isMarked && !isCut(log, rotation)) await collapse(log, rotation.length)
  await finish(log)
}

/** A flush is never undone: it was requested, and its archives are already deleted. */
function finishFlush(log: string, rotation: Rotation): void {
  if (!existsSync(log)) return
  if (!rotation.isMarked) {
    writeHead(log, rotation.marker)
    writeRotation(log, { ...rotation, isMarked: true })
  }
  if (!isCut(log, rotation)) truncateSync(log)
}

/** Gives the record an even generation, with the new base if the cut was made and the old one if not. */
async function finish(log: string): Promise<boolean> {
  const rotation = readRotation(log) ?? FRESH
  const { generation, base, length, isMarked, head, origin } = rotation
  const isMarkerGone = isCut(log, rotation)
  const isDone = isMarked && isMarkerGone
  if (!isMarkerGone) writeHead(log, head)
  writeRotation(log, {
    ...FRESH,
    generation: generation + 1,
    base: isDone ? base + length : base,
    origin: isDone ? origin : Math.min(origin, base),
  })
  if (!isDone)
    for (const archive of await listArchives(log)) if (archive.base >= base) await removeArchive(log, archive.base)
  return isDone
}

function readHead(log: string): Buffer {
  const fd = openPlain(log)
  try {
    const head = Buffer.alloc(MARKER_SIZE)
    readSync(fd, head, 0, MARKER_SIZE, 0)
    return head
  } finally {
    closeSync(fd)
  }
}

/** Writes to the beginning. A descriptor opened for appending would write at the end. */
function writeHead(log: string, bytes: Buffer): void {
  const fd = openPlain(log, constants.O_RDWR)
  try {
    writeSync(fd, bytes, 0, MARKER_SIZE, 0)
  } finally {
    closeSync(fd)
  }
}
