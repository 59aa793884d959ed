import { watch } from 'node:fs'

/**
 * Watches one file, and returns a function that ends the watch; undefined if the file is missing or the system has no
 * watches left. `lost` is called if the watch ends by itself.
 */
export type WatchFile = (
  path: string,
  on: { event: () => void; lost: () => void },
  ref: boolean,
) => (() => void) | undefined

export const watchFile: WatchFile = (path, on, ref) => {
  try {
    const watcher = watch(path, { persistent: ref })
    watcher.on('change', on.event)
    watcher.on('error', on.lost)
    return () => watcher.close()
  } catch {
    return undefined
  }
}
