import { chmodSync, type Dirent, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const OTHERS = 0o077

/** Files and folders in a folder, at any depth, that other users may access. */
export function readableByOthers(folder: string): string[] {
  return entriesOf(folder)
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0)
    .map((path) => relative(folder, path))
}

/** Removes all permissions of other users from a folder and everything in it. */
export function makePrivate(folder: string): void {
  for (const path of [folder, ...entriesOf(folder)]) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode
    if (mode !== undefined && (mode & OTHERS) !== 0) chmodSync(path, mode & 0o700)
  }
}

/** Leaves out sockets, which the mode of the folder protects, and links, whose targets may belong to somebody else. */
function entriesOf(folder: string): string[] {
  const isFileOrFolder = (entry: Dirent) => entry.isFile() || entry.isDirectory()
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(isFileOrFolder)
    .map((entry) => join(entry.parentPath, entry.name))
}
