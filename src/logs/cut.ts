import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, truncateSync, writeSync } from 'node:fs'
import { listArchives, removeArchive } from './archives.ts'
import { collapse, noCollapseUnderWay } from './collapse.ts'
import { isCut } from './placement.ts'
import { FRESH, MARKER_SIZE, type Rotation, readRotation, writeRotation } from './rotation-record.ts'

/**
 * Cuts `length` bytes, which are in archives already, off a log's beginning by `act`, so that it can be told at every moment
 * whether that has happened: the record is made odd; a random marker is written over the first bytes, and the record says so;
 * `act` runs; the record is made even, with the new base. Resolves with `false` when nothing was cut; then the log is as before.
 *
 * @param forGood nothing of it is in archives: for readers it is gone from the first step on
 */
export async function cut(log: string, length: number, act: () => Promise<unknown>, forGood = false): Promise<boolean> {
  const { generation, base, origin: before } = readRotation(log) ?? FRESH
  const origin = forGood ? base + length : before
  const marker = randomBytes(MARKER_SIZE)
  const head = readHead(log)
  const prepared = { generation: generation + 1, base, length, isMarked: false, marker, head, origin }
  writeRotation(log, prepared)
  writeHead(log, marker)
  writeRotation(log, { ...prepared, isMarked: true })
  try {
    await act()
  } catch (error) {
    await settle(log)
    throw error
  }
  return settle(log)
}

/** Nothing before the end of what is cut off is to be read any more. */
const isForGood = ({ base, length, origin }: Rotation): boolean => length > 0 && origin === base + length

/**
 * Ends a rotation or an emptying whose supervisor was killed; usually there is none. Where the marker is still there, the cut
 * is made, or taken back if the file system refuses. Rejects when a `fallocate` of that supervisor does not end.
 */
export async function recoverRotation(log: string): Promise<void> {
  if ((readRotation(log) ?? FRESH).generation % 2 === 0) return
  await noCollapseUnderWay(log)
  const rotation = readRotation(log) ?? FRESH
  if (isForGood(rotation)) finishEmptying(log, rotation)
  else if (rotation.isMarked && !isCut(log, rotation)) await collapse(log, rotation.length)
  await settle(log)
}

/** An emptying is not taken back: what was asked for is not in doubt, and its archives are gone. */
function finishEmptying(log: string, rotation: Rotation): void {
  if (!existsSync(log)) return
  if (!rotation.isMarked) {
    writeHead(log, rotation.marker)
    writeRotation(log, { ...rotation, isMarked: true })
  }
  if (!isCut(log, rotation)) truncateSync(log)
}

/** Makes the record even: behind the cut where it was made, as before where it was not. */
async function settle(log: string): Promise<boolean> {
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
  const fd = openSync(log, 'r')
  try {
    const head = Buffer.alloc(MARKER_SIZE)
    readSync(fd, head, 0, MARKER_SIZE, 0)
    return head
  } finally {
    closeSync(fd)
  }
}

/** Through a descriptor of its own: one that appends would write behind the end. */
function writeHead(log: string, bytes: Buffer): void {
  const fd = openSync(log, 'r+')
  try {
    writeSync(fd, bytes, 0, MARKER_SIZE, 0)
  } finally {
    closeSync(fd)
  }
}
