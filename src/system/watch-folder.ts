import { existsSync, type FSWatcher, watch } from 'node:fs'

/**
 * Calls back once, when one of some files is missing, by whatever hand: now, or as soon as it vanishes from `folder`. Where
 * the system has no watches left only what is missing now is seen. Keeps nothing alive. The result ends it.
 */
export function whenMissing(folder: string, files: string[], missing: () => void): () => void {
  let watcher: FSWatcher | undefined
  let told = false
  const look = () => {
    if (told || files.every((file) => existsSync(file))) return
    end()
    missing()
  }
  const end = () => {
    told = true
    watcher?.close()
  }
  try {
    watcher = watch(folder, { persistent: false }, look)
    watcher.on('error', () => watcher?.close())
  } catch {
    // ENOENT: deleted already, as the look tells. ENOSPC: out of inotify watches.
  }
  look()
  return end
}
