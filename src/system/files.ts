import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'

/** The folder of a supervisor's state: private, and invisible to git. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const ignore = join(folder, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 })
}

/** Readers see the old content or the new, never a part of it, whenever the writer or the machine dies. */
export async function writeAtomic(file: string, content: string): Promise<void> {
  await writeFileAtomic(file, content, { mode: 0o600, fsync: true })
}

/** The same at once, for the moment of exit, when nothing asynchronous runs any more. */
export function writeAtomicSync(file: string, content: string): void {
  writeFileAtomic.sync(file, content, { mode: 0o600, fsync: true })
}

/** Moves a file that cannot be used out of the way; resolves where it went. */
export function setAside(file: string, now: number): string {
  const aside = `${file}.corrupt-${now}`
  renameSync(file, aside)
  return aside
}
