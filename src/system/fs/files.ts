import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { randomBytes } from './random.ts'

/** Creates the folder of a supervisor's state: private to the user, and ignored by git. Its parents are created as well. */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder, 0o700)
  makePrivate(folder)
}

/** Creates the same folder again after somebody has deleted it, but never its parent. */
export function restorePrivateFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  makePrivate(folder)
}

function makePrivate(folder: string): void {
  chmodSync(folder, 0o700)
  const ignore = join(folder, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 })
}

/**
 * Replaces a file atomically: readers see the old content or the new, even if the writer or the machine dies meanwhile.
 *
 * @param isWanted asked just before the rename; false leaves the file as it is
 * @param durable false does not wait for the disk, for content that is worthless after a crash of the machine
 */
export async function writeAtomic(
  file: string,
  content: string,
  isWanted: () => boolean,
  durable = true,
): Promise<void> {
  const next = temporaryFor(file)
  try {
    const handle = await open(next, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
    // Synchronous, in the same turn as the question: a later rename could undo what `writeAtomicSync` wrote meanwhile.
    if (isWanted()) renameSync(next, file)
    else rmSync(next, { force: true })
    if (durable) await syncFolder(dirname(file))
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}

/** Brings the rename itself to the disk. Some file systems cannot do that for a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

function syncFolderSync(folder: string): void {
  try {
    const fd = openSync(folder, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    // As above.
  }
}

/**
 * The synchronous variant, for exit handlers. The package `write-file-atomic` is no alternative: it handles signals
 * while it writes, and would swallow one that should end the app.
 */
export function writeAtomicSync(file: string, content: string, durable = true): void {
  const next = temporaryFor(file)
  try {
    const fd = openSync(next, 'wx', 0o600)
    try {
      writeFileSync(fd, content)
      if (durable) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(next, file)
    if (durable) syncFolderSync(dirname(file))
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}

/**
 * Removes half-written files of a killed writer. Only the holder of the folder's lock may call it, since nobody else
 * writes then.
 */
export function removeHalfWritten(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true })
}

function temporaryFor(file: string): string {
  return `${file}.${randomBytes(4).toString('hex')}.tmp`
}

/** Removes a file if it exists. Synchronous, for exit handlers. */
export function removeFile(file: string): void {
  rmSync(file, { force: true })
}

/** Renames an unusable file, and returns its new path. */
export function setAside(file: string, now: number): string {
  const aside = `${file}.corrupt-${now}`
  renameSync(file, aside)
  return aside
}
