import { POLL_INTERVAL } from '../../model/config/config.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import type { Clock } from '../../system/clock.ts'
import { type Mounts, readMounts } from '../../system/fs/mounts.ts'
import type { WatchListener } from './listener.ts'
import type { Scope } from './scope.ts'
import { silentMountOf } from './silent-mounts.ts'
import { FolderTree } from './tree.ts'
import type { WatchPath } from './watches.ts'

/** The system, of which a test may have another. */
export interface SourceSurroundings {
  watchPath?: WatchPath
  platform?: NodeJS.Platform
  mounts?: () => Mounts
}

/**
 * Watches a scope by what is best for it: on Linux with the system's watches, elsewhere with chokidar; with chokidar, too,
 * where files are to be looked at again and again, as on mounts that report no changes. The result ends it.
 *
 * @param polling ms between looks at files; false: never; undefined: on mounts that report no changes
 * @param listenerOf hears of changes that are noticed by so many ms late
 */
export function startSource(
  scope: Scope,
  polling: number | false | undefined,
  listenerOf: (delay: number) => WatchListener,
  clock: Clock,
  { watchPath, platform = process.platform, mounts = readMounts }: SourceSurroundings,
): () => void {
  const listener = listenerOf(0)
  const watchers: { end(): void }[] = []
  let ended = false

  const startChokidar = async (roots: string[], every: number | false) => {
    // Few need it: nobody else loads it.
    const { ChokidarWatch } = await import('./chokidar.ts')
    const watcher = new ChokidarWatch({ scope, listener: listenerOf(every || 0), clock, roots, polling: every })
    if (ended) watcher.end()
    else watchers.push(watcher)
    await watcher.open()
    return watcher
  }

  const unwatched = (error: Error) => {
    listener.failed(`files are not watched: ${reasonOf(error)}`)
    return { files: new Set<string>(), end: () => {} }
  }

  const startTree = () => {
    const known: Mounts = polling === false ? new Map() : mounts()
    const tree = new FolderTree({
      scope,
      listener,
      clock,
      watchPath,
      watchElsewhere(path, real) {
        const mount = silentMountOf(real, known)
        if (mount === undefined) return undefined
        listener.polled(
          `files in ${mount.point} are looked at every ${POLL_INTERVAL / 1000} s: the system does not report changes on this ${mount.type} mount (\`watchPolling\` sets how often)`,
        )
        return startChokidar([path], POLL_INTERVAL).catch(unwatched)
      },
    })
    watchers.push(tree)
    return tree.open()
  }

  const start = async () => {
    if (typeof polling !== 'number' && platform === 'linux') return startTree()
    const { files } = await startChokidar(scope.anchors, polling ?? false)
    if (!ended) listener.sawAll(files)
  }
  start().catch(unwatched)
  return () => {
    ended = true
    for (const watcher of watchers) watcher.end()
  }
}
