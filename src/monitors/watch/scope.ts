import { statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import type { ResolvedWatch } from '../../model/config/config.ts'
import { canonical, contains } from './paths.ts'

/** Folders whose content nobody edits by hand. */
const NEVER_FOLDERS = new Set(['node_modules', '.git'])
/** What `heapSnapshot` leaves in a process's working directory. */
const NEVER_FILE = /\.heapsnapshot$/
/** A name that only a glob for everything matches: with it a glob for all that is in a folder is recognised. */
const ANYTHING = '\u0001'

interface Glob {
  /** Absolute; everything that the glob can match is this or below it. */
  root: string
  matches(path: string): boolean
}

/**
 * The files that are watched. All paths are absolute and named as the config names them, links and all: a link that is
 * switched then leads to other files of the same names.
 */
export interface Scope {
  cwd: string
  /** Existing folders that the watching begins at; `isOutside` keeps it from going astray. */
  anchors: string[]
  /** Whether changes of this file count. */
  isWanted(file: string): boolean
  /** Whether neither this path nor anything below it is watched. */
  isOutside(path: string): boolean
  /** Forgets where the links at or below this path lead. */
  forget(path: string): void
}

/** @param never files and folders that are never watched; of a file its companions `FILE.*` neither */
export function scopeOf({ cwd, paths, ignore }: ResolvedWatch, never: string[]): Scope {
  const base = resolve(cwd)
  const isNegated = (path: string) => path.startsWith('!')
  const wanted = paths.filter((path) => !isNegated(path)).map((path) => globOf(path, base, false))
  const negated = paths.filter(isNegated).map((path) => path.slice(1))
  const ignored = [...ignore, ...negated].map((path) => globOf(path, base, true))
  const forbidden = [...new Set(never.flatMap((path) => namesOf(resolve(base, path), base)))]

  const isForbidden = (path: string) =>
    forbidden.some((other) => path === other || path.startsWith(other + sep) || path.startsWith(`${other}.`))
  const isIgnored = (path: string) =>
    isForbidden(path) || ignored.some(({ matches }) => matches(path) || matches(join(path, ANYTHING)))
  const isBelow = (root: string, path: string) =>
    contains(root, path) && !segments(contains(base, root) ? base : root, path).some((name) => NEVER_FOLDERS.has(name))
  const realFolders = new Map<string, string>()
  return {
    cwd: base,
    anchors: anchorsOf(wanted, base),
    isOutside: (path) => isIgnored(path) || !wanted.some(({ root }) => isBelow(root, path) || contains(path, root)),
    isWanted(file) {
      if (NEVER_FILE.test(file) || !wanted.some(({ root, matches }) => isBelow(root, file) && matches(file)))
        return false
      if (isIgnored(file)) return false
      // A link may lead to a file that is ignored under its real name.
      const folder = dirname(file)
      const real = realFolders.get(folder) ?? canonical(folder)
      realFolders.set(folder, real)
      return real === folder || !isIgnored(join(real, basename(file)))
    },
    forget(path) {
      for (const folder of realFolders.keys()) if (contains(path, folder)) realFolders.delete(folder)
    },
  }
}

/** A path as it is written, with its links resolved, and as it is reached from `base` if that leads there. */
function namesOf(path: string, base: string): string[] {
  const real = canonical(path)
  const realBase = canonical(base)
  return [path, real, ...(contains(realBase, real) ? [join(base, relative(realBase, real))] : [])]
}

/** A path without wildcards means that file, or everything in that folder. */
function globOf(pattern: string, cwd: string, dot: boolean): Glob {
  const { base, glob } = picomatch.scan(pattern)
  const root = resolve(cwd, base)
  const test = picomatch(glob || '**', { dot })
  return {
    root,
    matches(path) {
      if (path === root) return glob === ''
      return contains(root, path) && test(relative(root, path).replaceAll(sep, '/'))
    },
  }
}

/** `cwd` for globs inside of it, so that folders may come and go; else the nearest folder that exists. */
function anchorsOf(globs: Glob[], cwd: string): string[] {
  const anchors = new Set(globs.map(({ root }) => (contains(cwd, root) ? cwd : existing(root))))
  return [...anchors].filter((anchor) => ![...anchors].some((other) => other !== anchor && contains(other, anchor)))
}

function existing(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  const parent = dirname(path)
  return parent === path ? path : existing(parent)
}

function segments(folder: string, path: string): string[] {
  return relative(folder, path).split(sep)
}
