import { existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs'
import { isDiskFull } from '../system/fs/disk-full.ts'
import { jsonIn } from '../system/fs/plain-file.ts'
import { copyOf, pathsOf } from './paths.ts'

/**
 * Carries out a write without which a supervisor cannot work. While the disk is full, it deletes what can be done without, and
 * tries again at once, before a process of the user takes the room. Throws what the write throws.
 */
export function withRoom<Result>(tuixDir: string, write: () => Result): Result {
  for (;;) {
    try {
      return write()
    } catch (error) {
      if (!isDiskFull(error) || !giveUp(tuixDir)) throw error
    }
  }
}

/** The same for a write that takes its time. */
export async function withRoomLater(tuixDir: string, write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!isDiskFull(error) || !giveUp(tuixDir)) throw error
    }
  }
}

/** Deletes what is needed least: what crashes are compared with, then the oldest crash report, then the copy of the state. False if nothing is left. */
function giveUp(tuixDir: string): boolean {
  const { goodRuns, crashes, state } = pathsOf(tuixDir)
  const least = [...entriesOf(goodRuns), ...entriesOf(crashes), ...spareCopy(state)]
  return least.some(remove)
}

/** Oldest first. Nothing of a folder that a link leads to. */
function entriesOf(folder: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  const age = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return readdirSync(folder)
    .map((name) => `${folder}/${name}`)
    .sort((a, b) => age(a) - age(b))
}

/** The copy is needed if the state itself is damaged. */
function spareCopy(state: string): string[] {
  const copy = copyOf(state)
  return existsSync(copy) && jsonIn(state) !== undefined ? [copy] : []
}

function remove(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true })
    return true
  } catch {
    return false
  }
}
