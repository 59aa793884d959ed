import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import type { ResolvedWatch } from '../../model/config.ts'

/** Folders whose content nobody edits by hand. */
const NEVER_FOLDERS = new Set(['node_modules', '.git'])
/** What `memoryEvidence` leaves in a process's working directory. */
const NEVER_FILE = /\.heapsnapshot$/
/** A name that only a glob for everything matches: with it a glob for all that is in a folder is recognised. */
const ANYTHING = '\u0001'

interface Glob {
  /** Absolute; everything that the glob can match is this or below it. */
  root: string
  matches(path: string): boolean
}

/** What is watched. All paths are absolute, and real up to where a link below a watched folder leads elsewhere. */
export interface Scope {
  cwd: string
  /** Existing folders that the watching begins at; `isOutside` keeps it from going astray. */
  anchors: string[]
  /** A file whose changes count. */
  isWanted(file: string): boolean
  /** A path that is not to be watched, nor anything below it. */
  isOutside(path: string): boolean
}

/** @param never files and folders that are never watched; of a file its companions `FILE.*` neither */
export function scopeOf({ cwd, paths, ignore }: ResolvedWatch, never: string[]): Scope {
  const base = canonical(cwd)
  const isNegated = (path: string) => path.startsWith('!')
  const wanted = paths.filter((path) => !isNegated(path)).map((path) => globOf(path, base, false))
  const negated = paths.filter(isNegated).map((path) => path.slice(1))
  const ignored = [...ignore, ...negated].map((path) => globOf(path, base, true))
  const forbidden = [
    ...new Set(never.flatMap((path) => [resolve(base, relative(cwd, resolve(cwd, path))), canonical(path)])),
  ]

  const isForbidden = (path: string) =>
    forbidden.some((other) => path === other || path.startsWith(other + sep) || path.startsWith(`${other}.`))
  const isIgnored = (path: string) =>
    isForbidden(path) || ignored.some(({ matches }) => matches(path) || matches(join(path, ANYTHING)))
  const isBelow = (root: string, path: string) =>
    contains(root, path) && !segments(contains(base, root) ? base : root, path).some((name) => NEVER_FOLDERS.has(name))
  const foldersOfFiles = new Map<string, string>()
  return {
    cwd: base,
    anchors: anchorsOf(wanted, base),
    isOutside: (path) => isIgnored(path) || !wanted.some(({ root }) => isBelow(root, path) || contains(path, root)),
    isWanted(file) {
      if (NEVER_FILE.test(file) || !wanted.some(({ root, matches }) => isBelow(root, file) && matches(file)))
        return false
      if (isIgnored(file)) return false
      // The same file as a forbidden one, by way of a link.
      const folder = dirname(file)
      const real = foldersOfFiles.get(folder) ?? canonical(folder)
      foldersOfFiles.set(folder, real)
      return !isForbidden(join(real, basename(file)))
    },
  }
}

/** A path without wildcards means that file, or everything in that folder. */
function globOf(pattern: string, cwd: string, dot: boolean): Glob {
  const { base, glob } = picomatch.scan(pattern)
  const root = canonical(resolve(cwd, base))
  const test = picomatch(glob || '**', { dot })
  return {
    root,
    matches(path) {
      if (path === root) return glob === ''
      return contains(root, path) && test(relative(root, path).replaceAll(sep, '/'))
    },
  }
}

/** `cwd` for what is in it, so that folders may come and go; else the nearest folder that exists. */
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

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** With the links resolved in as much of it as exists. */
function canonical(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(canonical(parent), basename(path))
  }
}
