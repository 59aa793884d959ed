import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import type { ResolvedWatch } from '../../model/config.ts'
import type { Clock } from '../../system/clock.ts'
import { Burst } from './burst.ts'
import { Contents } from './contents.ts'
import { indexLockOf } from './git.ts'
import { scopeOf } from './scope.ts'
import { FolderTree } from './tree.ts'
import type { WatchPath } from './watches.ts'

export { Contents } from './contents.ts'

export type WatchReport =
  /** Files changed. `file` is the first, relative to `cwd`; `at` the epoch ms at which the first change was seen. */
  | { type: 'change'; file: string; others: number; at: number }
  /** Something keeps the watching from working as it should; told once. */
  | { type: 'warning'; message: string }

export interface WatchSurroundings {
  clock: Clock
  /** The state folder. */
  tuixDir: string
  /** The process's own. */
  logFiles: string[]
  /** What the watch of the run before knew of the files; this one adds to it. */
  contents?: Contents
  /**
   * Epoch ms of the run's start: a file written since then counts as changed although the watching began later, unless
   * `contents` knows it as it is. Absent: none does.
   */
  since?: number
  /** Of `node:fs`, unless a test has another. */
  watchPath?: WatchPath
}

/**
 * Reports changes of files: once when `debounce` ms have passed without one, however many there were; not while git
 * rewrites the working tree, and not for files that are the same as before. The result ends it.
 */
export function startWatch(
  rules: ResolvedWatch,
  report: (report: WatchReport) => void,
  surroundings: WatchSurroundings,
): () => void {
  const { clock, tuixDir, logFiles, contents = new Contents(), since = Number.POSITIVE_INFINITY } = surroundings
  const scope = scopeOf(rules, [tuixDir, ...logFiles])
  const burst = new Burst({
    clock,
    debounce: rules.debounce,
    isHeld: () => existsSync(indexLockOf(scope.cwd) ?? ''),
    isChanged: (file) => contents.changed(file),
    settled([first = '', ...others], at) {
      report({ type: 'change', file: relative(scope.cwd, first), others: others.length, at })
    },
  })
  let begun = false
  let warned = false
  const listener = {
    seen(file: string, stats: { size: number; mtimeMs: number }) {
      const isNews = (begun || stats.mtimeMs > since) && contents.differs(file, stats)
      if (isNews) burst.touch(file)
      else contents.remember(file, stats)
    },
    touched: (file: string) => burst.touch(file),
    gone(folder: string) {
      for (const file of contents.below(folder)) burst.touch(file)
    },
    sawAll(files: ReadonlySet<string>) {
      const missing = contents.below(null).filter((file) => !files.has(file))
      for (const file of missing) {
        if (begun) burst.touch(file)
        else contents.forget(file)
      }
      begun = true
    },
    warning(message: string) {
      if (!warned) report({ type: 'warning', message })
      warned = true
    },
  }
  const tree = new FolderTree(scope, listener, clock, surroundings.watchPath)
  void tree.open()
  return () => {
    tree.end()
    burst.end()
    contents.rest()
  }
}
