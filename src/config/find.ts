import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Default name of the state folder, in the folder of the config or of the manager. */
export const DEFAULT_TUIX_DIR = '.tuix'

/** Endings of data files, which run no code. */
export const DATA_FORMATS = ['.json', '.jsonc', '.yaml', '.yml', '.toml']

const TUIX_CONFIG = ['.ts', '.js', '.mjs', '.cjs', ...DATA_FORMATS].map((ending) => `tuix.config${ending}`)
const PROCESSES = DATA_FORMATS.map((ending) => `processes${ending}`)
const PACKAGE = 'package.json'

/** Finds our key in a package.json without parsing it. */
const BLOCK_KEY = /"processManager"\s*:/

export interface FoundConfig {
  /** Absolute; `cwd` if nothing was found. */
  folder: string
  /** Absolute paths of configs, in order of precedence; empty if there is only a state folder, or nothing. */
  files: string[]
}

/**
 * Searches `cwd` and then upwards, up to the home folder or the root of the file system, for the nearest folder with a
 * config or a state folder. A state folder counts too, since an app may declare processes without a config. It costs a
 * few `stat`s per folder.
 */
export function findConfig(cwd: string): FoundConfig {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const files = configsIn(folder)
    const found = files[0] ?? stateFolderIn(folder)
    if (found !== undefined && (folder === cwd || trusted(found, cwd))) return { folder, files }
    if (folder === home() || folder === dirname(folder)) return { folder: cwd, files: [] }
  }
}

/** `node:os` is loaded here, since Bun takes 4 ms for it and most commands run in the folder of their config. */
function home(): string {
  return process.getBuiltinModule('node:os').homedir()
}

/** At most one config of each kind. Of several `tuix.config.*` or `processes.*`, the first in the order of endings. */
function configsIn(folder: string): string[] {
  const find = (names: string[]) => names.map((name) => join(folder, name)).find(isFile)
  const own = [find(TUIX_CONFIG), find(PROCESSES)].filter((file) => file !== undefined)
  const manifest = join(folder, PACKAGE)
  return isFile(manifest) && hasBlock(manifest) ? [...own, manifest] : own
}

/** Names of the configs beside `file` that are not among the `files` that were read. */
export function unusedConfigs(file: string, files: string[]): string[] {
  const beside = [...TUIX_CONFIG, ...PROCESSES, PACKAGE].map((name) => join(dirname(file), name))
  const isConfig = (path: string) => isFile(path) && (basename(path) !== PACKAGE || hasBlock(path))
  return beside.filter((path) => !files.includes(path) && isConfig(path)).map((path) => basename(path))
}

function stateFolderIn(folder: string): string | undefined {
  const path = join(folder, DEFAULT_TUIX_DIR)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : undefined
}

/**
 * Whether a config above `cwd` may be used. It runs programs, and anybody can put one into a folder such as /tmp. So it
 * must belong to the user, to root, or to the owner of `cwd`.
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

/** The process manager's part of a config file, and its path in the file. */
export interface Block {
  value: unknown
  path: string
  /** What the file seems to mean otherwise, a sentence. */
  note?: string
}

const MISPLACED = 'its `processes` are not read, since they belong under `processManager`'

/**
 * The block of a config file. In `tuix.config.*` and package.json it is under `processManager`; any other file may be
 * the block itself.
 */
export function blockOf(content: unknown, file: string): Block {
  const app = typeof content === 'object' && content !== null && !Array.isArray(content)
  const name = basename(file)
  if (app && ('processManager' in content || name === PACKAGE || TUIX_CONFIG.includes(name))) {
    const path = 'processManager'
    if (path in content) return { value: content.processManager, path }
    const isMisplaced = 'processes' in content && typeof content.processes === 'object'
    return { value: {}, path, ...(isMisplaced && { note: MISPLACED }) }
  }
  return { value: content, path: '' }
}
