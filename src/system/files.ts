import { randomBytes } from 'node:crypto'
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
import { join } from 'node:path'

/** The folder of a supervisor's state: private, and invisible to git. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const ignore = join(folder, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 })
}

/**
 * Readers see the old content or the new, never a part of it, whenever the writer or the machine dies.
 *
 * @param isWanted asked at the last moment; false leaves the file as it is
 * @param outlivesMachine false spares the wait for the disk, for what means nothing any more after a crash of the machine
 */
export async function writeAtomic(
  file: string,
  content: string,
  isWanted: () => boolean,
  outlivesMachine = true,
): Promise<void> {
  const next = temporaryFor(file)
  try {
    const handle = await open(next, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      if (outlivesMachine) await handle.sync()
    } finally {
      await handle.close()
    }
    // At once, together with the question: an asynchronous rename could undo what `writeAtomicSync` wrote meanwhile.
    if (isWanted()) renameSync(next, file)
    else rmSync(next, { force: true })
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}

/**
 * The same at once, for the moment of exit, when nothing asynchronous runs any more. No package: `write-file-atomic` listens
 * to signals while it writes, and one that ends the app would be caught there.
 */
export function writeAtomicSync(file: string, content: string, outlivesMachine = true): void {
  const next = temporaryFor(file)
  try {
    const fd = openSync(next, 'wx', 0o600)
    try {
      writeFileSync(fd, content)
      if (outlivesMachine) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(next, file)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}

/** Removes what a writer that was killed left half written. For the holder of the folder's lock: nobody else writes then. */
export function removeHalfWritten(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true })
}

function temporaryFor(file: string): string {
  return `${file}.${randomBytes(4).toString('hex')}.tmp`
}

/** In an exit handler too. A file that is not there is none to remove. */
export function removeFile(file: string): void {
  rmSync(file, { force: true })
}

/** Moves a file that cannot be used out of the way; resolves where it went. */
export function setAside(file: string, now: number): string {
  const aside = `${file}.corrupt-${now}`
  renameSync(file, aside)
  return aside
}
