import { watch } from 'node:fs'

/**
 * Watches one file. `undefined` when it cannot be watched: it is missing, or the system has no (more) watches.
 * `lost` says that a watch which had begun has ended by itself.
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
