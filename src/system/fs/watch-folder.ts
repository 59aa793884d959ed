import { existsSync, type FSWatcher, watch } from 'node:fs'

/**
 * Calls `missing` once, as soon as one of these files is missing or `isFine` says no. It looks whenever something comes or goes in
 * one of the folders, or one of them is renamed or deleted. If the system has no watches left, only what is missing right now is
 * noticed. It does not keep the program alive. Returns a function that ends the watch.
 */
export function whenMissing(
  folders: string[],
  files: string[],
  missing: () => void,
  isFine: () => boolean = () => true,
): () => void {
  const watchers: FSWatcher[] = []
  let ended = false
  const check = () => {
    if (ended || (isFine() && files.every((file) => existsSync(file)))) return
    end()
    missing()
  }
  const end = () => {
    ended = true
    for (const watcher of watchers) watcher.close()
  }
  for (const folder of folders) {
    try {
      // What is only written to, such as a log in the project, is still there.
      const watcher = watch(folder, { persistent: false }, (what) => what === 'rename' && check())
      watcher.on('error', () => watcher.close())
      watchers.push(watcher)
    } catch {
      // ENOENT: already deleted, which the check below notices. ENOSPC: out of inotify watches. EACCES: not ours to watch.
    }
  }
  check()
  return end
}
