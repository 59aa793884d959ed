import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { archivePath, listArchives, removeArchive } from './archives.ts'
import { collapse } from './collapse.ts'
import { compressArchive } from './compress.ts'
import { copyToArchive, roomToCopy } from './copy.ts'
import { cut, recoverRotation } from './cut.ts'
import { FRESH, readRotation, writeRotation } from './rotation-record.ts'

export interface RotationLimits {
  /** Bytes that the live file may have, and size of an archive; rounded up to whole blocks. */
  maxLogSize: number
  /** Archives that are kept. */
  maxLogFiles: number
  /** Compress archives with gzip. */
  compress?: boolean
}

/** What is cut off must be a multiple of the file system's block. */
const BLOCK = 4096

/** Size of an archive. */
export const archiveSize = ({ maxLogSize }: RotationLimits): number =>
  Math.max(1, Math.ceil(maxLogSize / BLOCK)) * BLOCK

/**
 * Moves the beginning of a log that has grown beyond `maxLogSize` into archives, while its child goes on writing: no line
 * is lost, and readers and followers do not notice. Resolves with whether something was moved. One call at a time
 * per log.
 *
 * Where the file system cannot cut off a file's beginning, the whole file is copied and then emptied; what the child
 * writes in the instant between the two is lost. `refusing` collects the devices where that is so, since finding out costs
 * a copy.
 */
export async function rotateIfNeeded(
  log: string,
  limits: RotationLimits,
  refusing: Set<number> = new Set(),
): Promise<boolean> {
  const unit = archiveSize(limits)
  const before = await stat(log).catch(() => undefined)
  if (!before || before.size <= unit) return false
  await recoverRotation(log)
  const live = await open(log, 'r')
  try {
    const { dev, size } = await live.stat()
    // Short of the end: a file's last byte cannot be cut off.
    const length = Math.floor((size - 1) / unit) * unit
    if (length <= 0) return false
    await makeRoom(log, Math.min(length, unit * limits.maxLogFiles))
    let isCut = false
    if (!refusing.has(dev)) {
      await archive(log, live, length, limits)
      isCut = await cut(log, length, () => collapse(log, length))
      if (!isCut) refusing.add(dev)
    }
    if (refusing.has(dev)) {
      await archive(log, live, size, limits)
      isCut = await cut(log, size, async () => copyRestAndEmpty(log, size))
    }
    if (isCut) await tidy(log, limits)
    return isCut
  } finally {
    await live.close()
  }
}

/** Copies what is about to be cut off into archives; not the part of which they would be given up at once. */
async function archive(log: string, live: FileHandle, length: number, limits: RotationLimits): Promise<void> {
  const unit = archiveSize(limits)
  const { base } = readRotation(log) ?? FRESH
  const first = Math.max(0, Math.ceil(length / unit) - limits.maxLogFiles) * unit
  const room = roomToCopy()
  for (let from = first; from < length; from += unit) {
    await copyToArchive(log, live, { from, to: Math.min(from + unit, length), base }, room)
  }
}

/** Nothing lies between the last look and the truncation but the record: what the child writes there is lost. */
function copyRestAndEmpty(log: string, copied: number): void {
  const rotation = readRotation(log) ?? FRESH
  const rest = archivePath(log, rotation.base + copied)
  rmSync(rest, { force: true })
  const fd = openSync(log, 'r+')
  try {
    let length = copied
    for (let { size } = fstatSync(fd); length < size; { size } = fstatSync(fd)) {
      const bytes = Buffer.alloc(size - length)
      readSync(fd, bytes, 0, bytes.length, length)
      writeFileSync(rest, bytes, { flag: length === copied ? 'wx' : 'a', mode: 0o600 })
      length = size
    }
    writeRotation(log, { ...rotation, length })
    ftruncateSync(fd, 0)
  } finally {
    closeSync(fd)
  }
}

/** On a disk that is almost full the oldest archives go first. */
async function makeRoom(log: string, bytes: number): Promise<void> {
  for (const { base } of await listArchives(log)) {
    const { bavail, bsize } = await statfs(dirname(log))
    if (bavail * bsize > 2 * bytes) return
    await removeArchive(log, base)
  }
}

async function tidy(log: string, limits: RotationLimits): Promise<void> {
  const archives = await listArchives(log)
  const kept = limits.maxLogFiles > 0 ? archives.slice(-limits.maxLogFiles) : []
  for (const { base } of archives.slice(0, archives.length - kept.length)) await removeArchive(log, base)
  if (!limits.compress) return
  for (const { path, isCompressed } of kept) if (!isCompressed) await compressArchive(path)
}
