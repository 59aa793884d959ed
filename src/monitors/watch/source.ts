import type { Stats } from 'node:fs'
import type { FSWatcher } from 'chokidar'
import type { Scope } from './scope.ts'

/** ms between two looks at every file where the system has no watches left. */
const POLL_EVERY = 5000

/** Out of inotify watches (ENOSPC) or of descriptors (EMFILE). */
const EXHAUSTED = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

export interface SourceListener {
  /** A file that was there when the watching began. */
  found(file: string, stats: Stats): void
  /** A file was written, created or deleted. */
  touched(file: string): void
  warning(message: string): void
}

/** `watch` of chokidar. */
export type Watch = typeof import('chokidar').watch

/** Watches the files of a scope until the result is called. Where that is not possible it looks at them now and then. */
export function openSource(scope: Scope, listener: SourceListener, load = loadWatch): () => void {
  let ended = false
  let watcher: FSWatcher | undefined
  let warned = false

  const warn = (message: string) => {
    if (!warned) listener.warning(message)
    warned = true
  }
  const open = async (usePolling: boolean) => {
    const watch = await load()
    if (ended) return
    let ready = false
    const opened = watch(scope.anchors, {
      ignored: (path, stats) => scope.isOutside(path) || (stats?.isFile() === true && !scope.isWanted(path)),
      ignorePermissionErrors: true,
      alwaysStat: true,
      usePolling,
      interval: POLL_EVERY,
      binaryInterval: POLL_EVERY,
    })
    watcher = opened
    opened.on('ready', () => {
      ready = true
    })
    opened.on('add', (file, stats) => (ready || !stats ? listener.touched(file) : listener.found(file, stats)))
    opened.on('change', listener.touched)
    opened.on('unlink', listener.touched)
    opened.on('error', (error) => {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (usePolling || !EXHAUSTED.has(code)) return warn(`watching files: ${message}`)
      if (watcher !== opened) return
      watcher = undefined
      warn(`the system has no file watches left (${code}): files are looked at every ${POLL_EVERY / 1000} s instead`)
      void opened.close().then(() => open(true))
    })
  }
  open(false).catch((error: Error) => warn(`files are not watched: ${error.message}`))
  return () => {
    ended = true
    void watcher?.close()
  }
}

async function loadWatch(): Promise<Watch> {
  return (await import('chokidar')).watch
}
