import { existsSync } from 'node:fs'
import { basename, relative } from 'node:path'
import type { ResolvedWatch } from '../../model/config/config.ts'
import type { Clock } from '../../system/clock.ts'
import { Burst } from './burst.ts'
import { Contents } from './contents.ts'
import { indexLockOf } from './git.ts'
import type { WatchListener } from './listener.ts'
import { canonical } from './paths.ts'
import { scopeOf } from './scope.ts'
import { type SourceSurroundings, startSource } from './source.ts'

export { Contents } from './contents.ts'

export type WatchReport =
  /** Files changed. `file` is the first, relative to `cwd` as all; `at` the epoch ms at which the first change was seen. */
  | { type: 'change'; file: string; others: number; files: string[]; at: number }
  /** Files are watched in another way than usual, or not all of them are; told once. */
  | { type: 'warning'; message: string }

export interface WatchSurroundings extends SourceSurroundings {
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
  /** Folders that have taken the place of others, until that is reported. */
  const replaced = new Set<string>()
  const burst = new Burst({
    clock,
    debounce: rules.debounce,
    isHeld: () => existsSync(indexLockOf(canonical(scope.cwd)) ?? ''),
    isChanged: async (path) => replaced.delete(path) || contents.changed(path),
    settled(paths, at) {
      const files = paths.map((path) => relative(scope.cwd, path) || basename(scope.cwd))
      report({ type: 'change', file: files[0] ?? '', others: files.length - 1, files, at })
    },
  })
  let begun = false
  let hasFailed = false
  const listenerOf = (delay: number): WatchListener => ({
    seen(file, stats) {
      const isNews = (begun || stats.mtimeMs > since) && contents.differs(file, stats)
      if (isNews) burst.touch(file, delay)
      else contents.remember(file, stats)
    },
    touched: (file) => burst.touch(file, delay),
    gone(folder) {
      for (const file of contents.below(folder)) burst.touch(file, delay)
    },
    replaced(path) {
      replaced.add(path)
      burst.touch(path, delay)
    },
    sawAll(files) {
      const missing = contents.below(null).filter((file) => !files.has(file))
      for (const file of missing) {
        if (begun) burst.touch(file, delay)
        else contents.forget(file)
      }
      begun = true
    },
    polled(message) {
      if (!contents.warned.has(message)) report({ type: 'warning', message })
      contents.warned.add(message)
    },
    failed(message) {
      if (!hasFailed) report({ type: 'warning', message })
      hasFailed = true
    },
  })
  const end = startSource(scope, rules.polling, listenerOf, clock, surroundings)
  return () => {
    end()
    burst.end()
    contents.rest()
  }
}
