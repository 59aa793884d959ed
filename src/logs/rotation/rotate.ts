import { closeSync, constants, fstatSync, ftruncateSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openPlain } from '../../system/fs/plain-file.ts'
import { openPlainHandle } from '../../system/fs/plain-handle.ts'
import { archivePath, listArchives, removeArchive } from '../files/archives.ts'
import { FRESH, readRotation, writeRotation } from '../files/rotation-record.ts'
import { collapse } from './collapse.ts'
import { compressArchive } from './compress.ts'
import { copyBuffer, copyToArchive } from './copy.ts'
import { cut, recoverRotation } from './cut.ts'

export interface RotationLimits {
  /** Largest size of the live file, and size of an archive, in bytes. It is rounded up to whole blocks. */
  maxLogSize: number
  /** Archives to keep. */
  maxLogFiles: number
  /** Compress archives with gzip. */
  compress?: boolean
}

/** A cut must be a multiple of the file system's block size, in bytes. */
const BLOCK = 4096

/** Size of an archive in bytes. */
export const archiveSize = ({ maxLogSize }: RotationLimits): number =>
  Math.max(1, Math.ceil(maxLogSize / BLOCK)) * BLOCK

/**
 * Moves the beginning of a log that has grown beyond `maxLogSize` into archives, while its child goes on writing. No
 * line is lost, and readers and followers do not notice. Resolves to whether anything was moved. Must not run twice at
 * a time for one log.
 *
 * If the file system cannot cut off a file's beginning, the whole file is copied and then truncated. Bytes that the
 * child writes in the instant between are lost.
 *
 * @param withoutCollapse collects the devices of such file systems, since finding out costs a copy
 */
export async function rotateIfNeeded(
  log: string,
  limits: RotationLimits,
  withoutCollapse: Set<number> = new Set(),
): Promise<boolean> {
  const unit = archiveSize(limits)
  const before = await stat(log).catch(() => undefined)
  if (!before || before.size <= unit) return false
  await recoverRotation(log)
  const live = await openPlainHandle(log)
  try {
    const { dev, size } = await live.stat()
    // `size - 1`, since the last byte of a file cannot be cut off.
    const length = Math.floor((size - 1) / unit) * unit
    if (length <= 0) return false
    await makeRoom(log, Math.min(length, unit * limits.maxLogFiles))
    let isCut = false
    if (!withoutCollapse.has(dev)) {
      await archive(log, live, length, limits)
      isCut = await cut(log, length, () => collapse(log, length))
      if (!isCut) withoutCollapse.add(dev)
    }
    if (withoutCollapse.has(dev)) {
      await archive(log, live, size, limits)
      isCut = await cut(log, size, async () => copyRestAndEmpty(log, size))
    }
    if (isCut) await tidy(log, limits)
    return isCut
  } finally {
    await live.close()
  }
}

/** Copies the bytes about to be cut off into archives, except the oldest, whose archives would be deleted right away. */
async function archive(log: string, live: FileHandle, length: number, limits: RotationLimits): Promise<void> {
  const unit = archiveSize(limits)
  const { base } = readRotation(log) ?? FRESH
  const first = Math.max(0, Math.ceil(length / unit) - limits.maxLogFiles) * unit
  const buffer = copyBuffer()
  for (let from = first; from < length; from += unit) {
    await copyToArchive(log, live, { from, to: Math.min(from + unit, length), base }, buffer)
  }
}

/** Only the write of the record lies between the last copy and the truncation, so the child can lose little. */
function copyRestAndEmpty(log: string, copied: number): void {
  const rotation = readRotation(log) ?? FRESH
  const rest = archivePath(log, rotation.base + copied)
  rmSync(rest, { force: true })
  const fd = openPlain(log, constants.O_RDWR)
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

/** Deletes the oldest archives if the disk is too full for new ones. */
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
