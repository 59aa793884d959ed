import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Git's lock while it rewrites the working tree that `folder` is in: present means that more changes are coming. */
export function indexLockOf(folder: string): string | undefined {
  const entry = join(folder, '.git')
  if (existsSync(entry)) return join(gitFolder(entry), 'index.lock')
  const parent = dirname(folder)
  return parent === folder ? undefined : indexLockOf(parent)
}

/** In a linked working tree and in a submodule `.git` is a file that says where the folder is (gitrepository-layout(5)). */
function gitFolder(entry: string): string {
  if (statSync(entry, { throwIfNoEntry: false })?.isDirectory()) return entry
  try {
    const target = /^gitdir: (.*)$/m.exec(readFileSync(entry, 'utf8'))?.[1]
    return target === undefined ? entry : resolve(dirname(entry), target)
  } catch {
    return entry
  }
}
