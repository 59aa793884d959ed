import { join } from 'node:path'
import { gitEntry, gitFolder } from '../../system/fs/git-head.ts'

/** Git's lock while it rewrites the working tree that `folder` is in: present means that more changes are coming. */
export function indexLockOf(folder: string): string | undefined {
  const entry = gitEntry(folder)
  return entry === undefined ? undefined : join(gitFolder(entry), 'index.lock')
}
