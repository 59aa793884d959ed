import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'

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
 */
export async function writeAtomic(file: string, content: string, isWanted: () => boolean): Promise<void> {
  const next = `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const handle = await open(next, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    // At once, together with the question: an asynchronous rename could undo what `writeAtomicSync` wrote meanwhile.
    if (isWanted()) renameSync(next, file)
  } finally {
    await rm(next, { force: true })
  }
}

/** The same at once, for the moment of exit, when nothing asynchronous runs any more. */
export function writeAtomicSync(file: string, content: string): void {
  writeFileAtomic.sync(file, content, { mode: 0o600, fsync: true })
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
