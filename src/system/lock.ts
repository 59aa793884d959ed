import { existsSync, linkSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity } from '../model/process.ts'

/** Content of a lock file. */
export interface LockRecord {
  identity: Identity
  pidNamespace: string
  /** The holder gave it up, though its process may live on. */
  released: boolean
}

export interface Lock {
  /** Its record. */
  file: string
  /** Gives it up; works in an exit handler. */
  release(): void
  /** Whether it still holds, put back first if somebody deleted it. False: another holds the lock by now. */
  restore(): boolean
}

/**
 * Takes the lock of a folder, or tells who holds it. Exclusive creation with a check for dead holders gives two winners now
 * and then; numbered locks do not: a complete record appears by link(2) under the next number, the highest number holds
 * while its process lives, and the highest is never deleted.
 *
 * @param lives whether the holder of a record is still there
 */
export async function acquireLock(
  folder: string,
  own: Omit<LockRecord, 'released'>,
  lives: (record: LockRecord) => Promise<boolean>,
): Promise<Lock | LockRecord> {
  for (;;) {
    const top = highest(folder)
    const holder = top === 0 ? undefined : readRecord(folder, top)
    // Vanished under our eyes: a higher one has come.
    if (top > 0 && holder === undefined && highest(folder) !== top) continue
    if (holder && !holder.released && (await lives(holder))) return holder
    const number = top + 1
    if (!place(folder, number, { ...own, released: false })) continue
    if (highest(folder) > number) {
      rmSync(join(folder, `lock.${number}`), { force: true })
      continue
    }
    removeBelow(folder, number)
    return held(folder, number, own)
  }
}

function held(folder: string, number: number, own: Omit<LockRecord, 'released'>): Lock {
  return {
    file: join(folder, `lock.${number}`),
    release() {
      if (!existsSync(folder) || highest(folder) !== number) return
      try {
        place(folder, number + 1, { ...own, released: true })
      } catch {
        // A full disk takes no record; one that holds nothing counts as a dead holder's, and to empty it takes no room.
        truncateSync(join(folder, `lock.${number}`))
      }
    },
    restore() {
      const top = highest(folder)
      if (top === 0) return place(folder, number, { ...own, released: false })
      // Whoever came after a deletion began to count anew: the number alone does not tell.
      const holder = readRecord(folder, top)?.identity
      return holder?.pid === own.identity.pid && holder.startTime === own.identity.startTime
    },
  }
}

/** The record appears whole or not at all. False: somebody else was first. */
function place(folder: string, number: number, record: LockRecord): boolean {
  const temporary = join(folder, `lock-${process.pid}-${number}.tmp`)
  try {
    writeFileSync(temporary, JSON.stringify(record), { mode: 0o600 })
    linkSync(temporary, join(folder, `lock.${number}`))
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOENT: a new holder has cleaned up meanwhile.
    if (code === 'EEXIST' || (code === 'ENOENT' && existsSync(folder))) return false
    throw error
  } finally {
    rmSync(temporary, { force: true })
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
    const match = /^lock\.(\d+)$/.exec(name)
    return match ? [Number(match[1])] : []
  })
}

/** Undefined: there is none, or it holds nonsense, which no holder of ours ever wrote. */
function readRecord(folder: string, number: number): LockRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, `lock.${number}`), 'utf8')) as LockRecord
    return typeof record?.identity?.pid === 'number' ? record : undefined
  } catch {
    return undefined
  }
}
