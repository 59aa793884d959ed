import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { FolderId } from '../../model/lifecycle/folder.ts'
import { type Identity, isSameProcess } from '../../model/lifecycle/identity.ts'
import { isDiskFull } from './disk-full.ts'
import { jsonIn, openPlain } from './plain-file.ts'

/** Content of a lock file. */
export interface LockRecord {
  identity: Identity
  pidNamespace: string
  /** The locked folder, since a record may come with a copy of it. Older versions do not write it. */
  folder?: FolderId
  /** The holder released the lock. Its process may still be alive. */
  released: boolean
}

export interface Lock {
  /** Path of the lock file. */
  file: string
  /**
   * Releases the lock. Synchronous, for exit handlers.
   *
   * @param path of the folder, if it was renamed
   */
  release(path?: string): void
  /**
   * Restores the lock file if somebody deleted it. False means that another process holds the lock by now.
   *
   * @param id of the folder now, which is another one after it was deleted and made again
   */
  restore(id?: FolderId): boolean
}

type WithRoom = <Result>(write: () => Result) => Result

/**
 * Acquires the lock of a folder, or returns the record of its holder.
 *
 * Locks are numbered: a complete record appears by link(2) under the next number, the highest number holds the lock
 * while its process is alive, and the highest is never deleted. A single file, created exclusively and removed when its
 * holder is dead, sometimes has two winners.
 *
 * @param isAlive whether the holder of a record is still alive
 * @param withRoom carries out a write, and makes room for it on a full disk
 */
export async function acquireLock(
  folder: string,
  own: Omit<LockRecord, 'released'>,
  isAlive: (record: LockRecord) => Promise<boolean>,
  withRoom: WithRoom = (write) => write(),
): Promise<Lock | LockRecord> {
  for (;;) {
    const top = highest(folder)
    const holder = top === 0 ? undefined : readRecord(folder, top)
    // It vanished since the listing, so a higher one exists.
    if (top > 0 && holder === undefined && highest(folder) !== top) continue
    if (holder && !holder.released && isOf(holder, own.folder) && (await isAlive(holder))) return holder
    const number = top + 1
    const write = () => publish(folder, number, { ...own, released: false })
    if (!(holder ? inPlaceOf(folder, top, holder, write, withRoom) : withRoom(write))) continue
    if (highest(folder) > number) {
      rmSync(join(folder, `lock.${number}`), { force: true })
      continue
    }
    removeBelow(folder, number)
    return createLock(folder, number, own, withRoom)
  }
}

function createLock(folder: string, number: number, own: Omit<LockRecord, 'released'>, withRoom: WithRoom): Lock {
  return {
    file: join(folder, `lock.${number}`),
    release(path = folder) {
      if (!existsSync(path) || highest(path) !== number) return
      try {
        publish(path, number + 1, { ...own, released: true })
      } catch {
        // A full disk takes no new record. An empty record counts as that of a dead holder, and truncating needs no space.
        truncateSync(join(path, `lock.${number}`))
      }
    },
    restore(id = own.folder) {
      const top = highest(folder)
      if (top === 0)
        return withRoom(() => publish(folder, number, { ...own, ...(id && { folder: id }), released: false }))
      // After a deletion the numbers start again, so the number alone does not identify the holder.
      return isSameProcess(readRecord(folder, top)?.identity, own.identity)
    },
  }
}

function isOf(record: LockRecord, folder: FolderId | undefined): boolean {
  return record.folder === undefined || folder === undefined || record.folder === folder
}

/** Publishes a record under a number. It appears whole or not at all. False means that another process was first. */
function publish(folder: string, number: number, record: LockRecord): boolean {
  const temporary = join(folder, `lock-${process.pid}-${number}.tmp`)
  try {
    writeFileSync(temporary, JSON.stringify(record), { mode: 0o600 })
    linkSync(temporary, join(folder, `lock.${number}`))
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOENT: a new holder removed the temporary file.
    if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(folder))) return false
    throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** On a full disk, the record of the dead holder makes room for the next one. */
function inPlaceOf(
  folder: string,
  number: number,
  { identity }: LockRecord,
  write: () => boolean,
  withRoom: WithRoom,
): boolean {
  try {
    return write()
  } catch (error) {
    if (!isDiskFull(error)) throw error
    empty(join(folder, `lock.${number}`), identity)
    return withRoom(write)
  }
}

/** What is open is compared, since another holder's record may have the name by now: after a deletion the numbers start again. */
function empty(file: string, holder: Identity): void {
  const fd = openPlain(file, constants.O_RDWR)
  try {
    const record = JSON.parse(readFileSync(fd, 'utf8')) as LockRecord
    if (isSameProcess(record.identity, holder)) ftruncateSync(fd)
  } finally {
    closeSync(fd)
  }
}

function highest(folder: string): number {
  return Math.max(0, ...numbers(folder))
}

function removeBelow(folder: string, number: number): void {
  for (const lower of numbers(folder)) if (lower < number) rmSync(join(folder, `lock.${lower}`), { force: true })
}

function numbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    // With more digits, one more would be the same number. Nobody gets that far.
    const match = /^lock\.(\d{1,15})$/.exec(name)
    return match ? [Number(match[1])] : []
  })
}

/** Undefined if there is no record, or an invalid one, which no supervisor writes. */
function readRecord(folder: string, number: number): LockRecord | undefined {
  const record = jsonIn(join(folder, `lock.${number}`)) as LockRecord | undefined
  return typeof record?.identity?.pid === 'number' ? record : undefined
}
