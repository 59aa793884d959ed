import { chmodSync, type Dirent, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const OTHERS = 0o077

/** Files and folders in a folder, at any depth, that others than their owner may use. */
export function readableByOthers(folder: string): string[] {
  return entriesOf(folder)
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0)
    .map((path) => relative(folder, path))
}

/** Takes all permissions on a folder and on everything in it from others than its owner. */
export function makePrivate(folder: string): void {
  for (const path of [folder, ...entriesOf(folder)]) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode
    if (mode !== undefined && (mode & OTHERS) !== 0) chmodSync(path, mode & 0o700)
  }
}

/** Not sockets: who may enter the folder decides. Not links: what they lead to may be somebody else's. */
function entriesOf(folder: string): string[] {
  const isMeant = (entry: Dirent) => entry.isFile() || entry.isDirectory()
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(isMeant)
    .map((entry) => join(entry.parentPath, entry.name))
}
