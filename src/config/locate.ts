import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'

/** Where a supervisor keeps its state when nobody says: in the folder of the config, or of the manager. */
export const DEFAULT_TUIX_DIR = '.tuix'

const TUIX_CONFIG = ['ts', 'js', 'mjs', 'cjs', 'json'].map((extension) => `tuix.config.${extension}`)
const PROCESSES_JSON = 'processes.json'

/** The config files of a folder, absolute; of several `tuix.config.*` the first in the order ts, js, mjs, cjs, json. */
export function findConfig(folder: string): { tuixConfig?: string; processesJson?: string } {
  const find = (names: string[]) => names.map((name) => resolve(folder, name)).find(isFile)
  const tuixConfig = find(TUIX_CONFIG)
  const processesJson = find([PROCESSES_JSON])
  return { ...(tuixConfig && { tuixConfig }), ...(processesJson && { processesJson }) }
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false

/** The process manager's part of what a config file holds, and its path in there. */
export interface Block {
  value: unknown
  path: string
}

/** An app's `tuix.config.*` keeps it under `processManager`; any other file may do so too, or be the block itself. */
export function blockOf(content: unknown, file: string): Block {
  const app = typeof content === 'object' && content !== null && !Array.isArray(content)
  if (app && ('processManager' in content || TUIX_CONFIG.includes(basename(file)))) {
    return { value: 'processManager' in content ? content.processManager : {}, path: 'processManager' }
  }
  return { value: content, path: '' }
}

export interface LocateOptions {
  /** Absolute folder whose config counts. */
  cwd: string
  /** Config file, relative to `cwd`, instead of the one found by name. */
  file?: string
  /** Given by the user, relative to `cwd`; beats the config. */
  tuixDir?: string
}

/**
 * Folder of the state, absolute, found without loading any config module: that would cost `ps list` more than all the
 * rest of it. Undefined: only loading the config can tell, or reading it failed, which loading it will report.
 */
export function locateTuixDir({ cwd, file, tuixDir }: LocateOptions): string | undefined {
  if (tuixDir !== undefined) return resolve(cwd, tuixDir)
  const files = file === undefined ? Object.values(findConfig(cwd)) : [resolve(cwd, file)]
  const [first, ...others] = files.length === 0 ? [resolve(cwd, DEFAULT_TUIX_DIR)] : files.map(folderSaidBy)
  return others.every((other) => other === first) ? first : undefined
}

function folderSaidBy(file: string): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const said = extname(file) === '.json' ? saidByJson(text, file) : saidByModule(text)
  return said === undefined ? undefined : resolve(dirname(file), said)
}

function saidByJson(text: string, file: string): string | undefined {
  try {
    const { value } = blockOf(JSON.parse(text), file)
    const said = (value as { tuixDir?: unknown } | null)?.tuixDir ?? DEFAULT_TUIX_DIR
    return typeof said === 'string' ? said : undefined
  } catch {
    return undefined
  }
}

/**
 * A module says the default if it says nothing, or only ever the default (in whatever branch or comment that is), and
 * takes nothing from elsewhere: it imports this package and Node's modules for paths, and no other.
 */
function saidByModule(text: string): string | undefined {
  const mentions = text.match(/tuixDir/g)?.length ?? 0
  const plain = text.match(/\btuixDir\s*:\s*(['"])(?:\.\/)?\.tuix\/?\1/g)?.length ?? 0
  const foreign =
    /\b(?:require|import)\s*\(|\b(?:from|import)\s*(['"`])(?!(?:node:(?:path|url|os)\1|tuix\/|tuix-process-manager(?:\/|\1)|tuix\1))/
  return mentions === plain && !foreign.test(text) ? DEFAULT_TUIX_DIR : undefined
}
