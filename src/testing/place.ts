import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ProcessManagerError } from '../model/errors.ts'
import { isSamePidSpace } from '../model/lifecycle/identity.ts'
import { canonicalFolder } from '../system/fs/canonical-folder.ts'
import { folderIdOf } from '../system/fs/folder-id.ts'
import { acquireLock, type Lock, type LockRecord } from '../system/fs/lock.ts'
import { makeFolder } from '../system/fs/make-folder.ts'
import { isStillAlive } from '../system/process/liveness.ts'
import { pidNamespace, pidSpace } from '../system/process/pid-space.ts'
import { selfThread } from '../system/process/thread.ts'

/*
 * Where stacks are: `/tmp/tuix-stacks-UID/stack-XXXXXX/`, one folder for each, with its state folder `.tuix` and a lock that the test
 * runner holds. A folder whose holder is dead is a leftover, and whoever gets its lock may remove it.
 */

const PREFIX = 'stack-'

/** The folder with all stacks of this user. Throws a `ProcessManagerError` if it belongs to somebody else. */
export function stacksFolder(): string {
  const uid = process.getuid?.() ?? 0
  const folder = join(canonicalFolder(tmpdir()), `tuix-stacks-${uid}`)
  makeFolder(folder, 0o700)
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== (process.getuid?.() ?? stat.uid))
    throw new ProcessManagerError(
      'unreachable',
      `${folder} belongs to another user: set TMPDIR to a folder of your own`,
    )
  chmodSync(folder, 0o700)
  makeFolder(portsFolder(folder), 0o700)
  return folder
}

/** The folder with the ports that stacks have reserved. */
export function portsFolder(stacks: string): string {
  return join(stacks, 'ports')
}

/** The state folder of a stack. */
export function stateFolder(stack: string): string {
  return join(stack, '.tuix')
}

/** The name of a stack, and the folder with all stacks. */
export function partsOf(stack: string): { stacks: string; id: string } {
  return { stacks: dirname(stack), id: basename(stack) }
}

/** Makes a folder for a stack, which this thread holds. */
export async function makeStack(stacks: string): Promise<string> {
  for (;;) {
    const stack = mkdtempSync(join(stacks, PREFIX))
    try {
      if (await lockStack(stack)) return stack
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    // Somebody has taken the folder, which had no holder yet, for a leftover, and removes it.
  }
}

/** All folders of stacks. */
export function allStacks(stacks: string): string[] {
  return readdirSync(stacks)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(stacks, name))
}

/** A stack that this thread holds. */
export interface HeldStack {
  lock: Lock
  /** Its holder before was of this boot, so that something of it may still run. */
  isOfThisBoot: boolean
}

/** Takes the lock of a stack. Undefined if its holder may be alive. */
export async function lockStack(stack: string): Promise<HeldStack | undefined> {
  const folder = folderIdOf(stack)
  const own = { identity: selfThread(), pidNamespace: pidNamespace(), ...(folder && { folder }) }
  const here = pidSpace()
  let isOfThisBoot = true
  const lock = await acquireLock(stack, own, async ({ identity }: LockRecord) => {
    isOfThisBoot = identity.bootId === here.bootId
    // The runner of another container that shares the folder cannot be seen.
    return isSamePidSpace(identity, here) ? isStillAlive(identity) : isOfThisBoot
  })
  return 'release' in lock ? { lock, isOfThisBoot } : undefined
}

export function removeFolder(stack: string): void {
  rmSync(stack, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 })
}
