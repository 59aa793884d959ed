import { type FSWatcher, realpathSync, type Stats, statSync, watch } from 'node:fs'

/** As much of an `FSWatcher` as a watch needs. */
export interface PathWatcher {
  on(event: 'error', failed: (error: Error) => void): unknown
  close(): void
}

/** Identifies a file or folder, whatever its name. */
export function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}

interface Subscriber {
  notify(name: string | null): void
  failed(error: Error): void
}

interface Shared {
  /** Of the folder that is watched. */
  identity: string
  watcher: FSWatcher
  subscribers: Set<Subscriber>
}

/** By real path. */
const open = new Map<string, Shared>()

/**
 * Watches a path for several subscribers with one watch of the system. Where another folder has taken that place, the watch
 * moves there for all of them: Bun gives a second watch of a path the folder that the first one was opened for, even when
 * that one has been moved away. A watch keeps no program alive.
 *
 * @throws the error of `node:fs`, when there is nothing at that path or the system has no watches left
 */
export function watchShared(path: string, notify: (name: string | null) => void): PathWatcher {
  const real = realpathSync(path)
  const identity = identityOf(statSync(real))
  let shared = open.get(real)
  if (shared?.identity !== identity) {
    shared?.watcher.close()
    shared = start(real, identity, shared?.subscribers ?? new Set())
  }
  const { subscribers } = shared
  const subscriber: Subscriber = { notify, failed: () => {} }
  subscribers.add(subscriber)
  return {
    on: (_, failed) => {
      subscriber.failed = failed
    },
    close() {
      subscribers.delete(subscriber)
      const current = open.get(real)
      if (subscribers.size > 0 || current?.subscribers !== subscribers) return
      current.watcher.close()
      open.delete(real)
    },
  }
}

function start(real: string, identity: string, subscribers: Set<Subscriber>): Shared {
  open.delete(real)
  const failed = (error: Error) => {
    for (const subscriber of [...subscribers]) subscriber.failed(error)
  }
  let watcher: FSWatcher
  try {
    watcher = watch(real, { persistent: false }, (_, name) => {
      for (const { notify } of [...subscribers]) notify(name)
    })
  } catch (error) {
    failed(error as Error)
    throw error
  }
  watcher.on('error', failed)
  const shared = { identity, watcher, subscribers }
  open.set(real, shared)
  return shared
}
