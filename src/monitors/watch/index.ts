import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import type { ResolvedWatch } from '../../model/config.ts'
import type { Clock } from '../../system/clock.ts'
import { Burst } from './burst.ts'
import { Contents } from './contents.ts'
import { indexLockOf } from './git.ts'
import { scopeOf } from './scope.ts'
import { openSource, type Watch } from './source.ts'

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
  /** Epoch ms: a file written since then counts as changed although the watching began later. Absent: none does. */
  since?: number
  /** Loads chokidar; another one in tests. */
  load?(): Promise<Watch>
}

/**
 * Reports changes of files: once when `debounce` ms have passed without one, however many there were; not while git
 * rewrites the working tree, and not for files that are the same as before. The result ends it.
 */
export function startWatch(
  rules: ResolvedWatch,
  report: (report: WatchReport) => void,
  { clock, tuixDir, logFiles, since = Number.POSITIVE_INFINITY, load }: WatchSurroundings,
): () => void {
  const scope = scopeOf(rules, [tuixDir, ...logFiles])
  const contents = new Contents()
  const burst = new Burst({
    clock,
    debounce: rules.debounce,
    isHeld: () => existsSync(indexLockOf(scope.cwd) ?? ''),
    isChanged: (file) => contents.changed(file),
    settled([first = '', ...others], at) {
      report({ type: 'change', file: relative(scope.cwd, first), others: others.length, at })
    },
  })
  const touched = (file: string) => {
    if (scope.isWanted(file)) burst.touch(file)
  }
  const close = openSource(
    scope,
    {
      found(file, stats) {
        if (stats.mtimeMs > since) touched(file)
        else if (!contents.knows(file)) contents.remember(file, stats)
      },
      touched,
      warning: (message) => report({ type: 'warning', message }),
    },
    load,
  )
  return () => {
    close()
    burst.end()
    contents.end()
  }
}
