import { statSync } from 'node:fs'
import type { FolderId } from '../../model/lifecycle/folder.ts'

/** Identifies the folder at a path; undefined if there is none. */
export function folderIdOf(path: string): FolderId | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat?.isDirectory() ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : undefined
}
