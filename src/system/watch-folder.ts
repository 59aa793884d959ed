import { existsSync, type FSWatcher, watch } from 'node:fs'

/**
 * Calls back when a file in a folder has gone, or the folder itself, by whatever hand. Where the system has no watches left
 * it never calls. Keeps nothing alive.
 */
export function whenMissing(folder: string, file: string, missing: () => void): () => void {
  let watcher: FSWatcher | undefined
  try {
    watcher = watch(folder, { persistent: false }, (type) => {
      if (type === 'rename' && !existsSync(file)) missing()
    })
    watcher.on('error', () => watcher?.close())
  } catch {
    // ENOSPC: out of inotify watches.
  }
  return () => watcher?.close()
}
