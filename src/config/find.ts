import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Where a supervisor keeps its state when nobody says: in the folder of the config, or of the manager. */
export const DEFAULT_TUIX_DIR = '.tuix'

/** Endings of files that hold data and run nothing. */
export const DATA_FORMATS = ['.json', '.jsonc', '.yaml', '.yml', '.toml']

const TUIX_CONFIG = ['.ts', '.js', '.mjs', '.cjs', ...DATA_FORMATS].map((ending) => `tuix.config${ending}`)
const PROCESSES = DATA_FORMATS.map((ending) => `processes${ending}`)
const PACKAGE = 'package.json'

/** A key as JSON, to see without parsing that a package.json is none of ours. */
const BLOCK_KEY = /"processManager"\s*:/

export interface FoundConfig {
  /** Absolute; `cwd` if nothing was found. */
  folder: string
  /** Absolute; the first that declares processes counts. Empty: there is no config, but perhaps a state folder. */
  files: string[]
}

/**
 * Looks for a config in `cwd` and then upwards, as far as the home folder or the root of the file system: the nearest
 * folder with a config, or with a state folder (processes may be declared by an app alone). A few `stat`s for each folder.
 */
export function findConfig(cwd: string): FoundConfig {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const files = configsIn(folder)
    const found = files[0] ?? stateFolderIn(folder)
    if (found !== undefined && (folder === cwd || trusted(found, cwd))) return { folder, files }
    if (folder === home() || folder === dirname(folder)) return { folder: cwd, files: [] }
  }
}

/** Loaded here, since most commands are given in the folder of their config, and Bun takes 4 ms to load `node:os`. */
function home(): string {
  return process.getBuiltinModule('node:os').homedir()
}

/** At most one of each kind; of several `tuix.config.*` or `processes.*` the first in the order of their endings. */
function configsIn(folder: string): string[] {
  const find = (names: string[]) => names.map((name) => join(folder, name)).find(isFile)
  const own = [find(TUIX_CONFIG), find(PROCESSES)].filter((file) => file !== undefined)
  const manifest = join(folder, PACKAGE)
  return isFile(manifest) && hasBlock(manifest) ? [...own, manifest] : own
}

function stateFolderIn(folder: string): string | undefined {
  const path = join(folder, DEFAULT_TUIX_DIR)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : undefined
}

/**
 * A config runs programs. Anybody can put one into a folder above, such as /tmp: there it must belong to the user, to root,
 * or to the owner of the folder that the user went to.
 */
function trusted(path: string, cwd: string): boolean {
  return [process.getuid?.(), 0, statSync(cwd).uid].includes(statSync(path).uid)
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false

function hasBlock(manifest: string): boolean {
  try {
    return BLOCK_KEY.test(readFileSync(manifest, 'utf8'))
  } catch {
    return false
  }
}

/** The process manager's part of what a config file holds, and its path in there. */
export interface Block {
  value: unknown
  path: string
}

/**
 * An app's `tuix.config.*` and a package.json keep it under `processManager`; any other file may do so too, or be the block
 * itself.
 */
export function blockOf(content: unknown, file: string): Block {
  const app = typeof content === 'object' && content !== null && !Array.isArray(content)
  const name = basename(file)
  if (app && ('processManager' in content || name === PACKAGE || TUIX_CONFIG.includes(name))) {
    return { value: 'processManager' in content ? content.processManager : {}, path: 'processManager' }
  }
  return { value: content, path: '' }
}
