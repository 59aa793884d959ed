import { readFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import type { ProjectConfig } from '../model/config.ts'
import { blockOf, DATA_FORMATS, DEFAULT_TUIX_DIR, type FoundConfig, findConfig } from './find.ts'
import { hasVariables } from './interpolate.ts'

export interface LocateOptions {
  /** Absolute folder from which on a config is looked for, upwards. */
  cwd: string
  /** Config file, relative to `cwd`, instead of the one found by name. */
  file?: string
  /** Given by the user, relative to `cwd`; beats the config. */
  tuixDir?: string
  /** Profile to use. Default: what `TUIX_PROFILE` of the environment says, if anything. */
  profile?: string
  /** Variables that the config may use. Default: those of this process. */
  environment?: Record<string, string | undefined>
  /**
   * Declared in code, with what messages call it; paths count from `cwd`. If one has processes, only a file that is named
   * counts beside it. A process is declared either there or in a file. The first block that says `tuixDir` beats the file;
   * of other settings the file's count, then those of the first block.
   */
  blocks?: readonly CodeBlock[]
}

export interface CodeBlock {
  path: string
  block: ProjectConfig
}

/**
 * Folder of the state, absolute, found without loading any config module or parser: that would cost `ps list` more than
 * all the rest of it. Undefined: only loading the config can tell, or reading it failed, which loading it will report.
 */
export function locateTuixDir(options: LocateOptions): string | undefined {
  const { cwd, tuixDir, blocks = [] } = options
  if (tuixDir !== undefined) return resolve(cwd, tuixDir)
  const profile = profileNamed(options)
  if (blocks.some(({ block }) => block.extends !== undefined || (profile && block.profiles))) return undefined
  const inCode = blocks.map(({ block }) => block.tuixDir).find((said) => said !== undefined)
  if (inCode !== undefined) return resolve(cwd, inCode)
  const { folder, files } = configsFor(options)
  if (files.length === 0) return resolve(folder, DEFAULT_TUIX_DIR)
  const [first, ...others] = files.map((file) => folderSaidBy(file, profile))
  return others.every((other) => other === first) ? first : undefined
}

export function profileNamed({ profile, environment = process.env }: LocateOptions): string | undefined {
  return profile ?? (environment.TUIX_PROFILE || undefined)
}

/** Where the folder is when a config says nothing of it: beside the config. Absolute. */
export function usualTuixDir(options: LocateOptions): string {
  return join(configsFor(options).folder, DEFAULT_TUIX_DIR)
}

/** The one that is named, or those that are found; none where processes are declared in code instead. */
export function configsFor({ cwd, file, blocks = [] }: LocateOptions): FoundConfig {
  const inCode = blocks.some(({ block }) => block.processes !== undefined)
  if (file === undefined) return inCode ? { folder: cwd, files: [] } : findConfig(cwd)
  const path = resolve(cwd, file)
  return { folder: dirname(path), files: [path] }
}

function folderSaidBy(file: string, profile: string | undefined): string | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const said = saidBy(text, file, profile)
  return said === undefined ? undefined : resolve(dirname(file), said)
}

function saidBy(text: string, file: string, profile: string | undefined): string | undefined {
  const ending = extname(file)
  if (ending === '.json') return saidByJson(text, file, profile)
  // What it extends may say something: about the folder, or about it in this profile.
  const others = /\bextends\b/.test(text)
  if (others && (profile || !text.includes('tuixDir'))) return undefined
  return DATA_FORMATS.includes(ending) ? saidByData(text) : saidByModule(text)
}

function saidByJson(text: string, file: string, profile = ''): string | undefined {
  try {
    const block = blockOf(JSON.parse(text), file).value as ProjectConfig | null
    const own = block?.profiles?.[profile]?.tuixDir ?? block?.tuixDir
    if (block?.extends !== undefined && (own === undefined || profile)) return undefined
    const said = own ?? DEFAULT_TUIX_DIR
    return typeof said === 'string' && !hasVariables(said) ? said : undefined
  } catch {
    return undefined
  }
}

/** A key at the beginning of a line of YAML or TOML, with a plain value that does not go on in the next line. */
const TOP_LEVEL_KEY = /^tuixDir[ \t]*[:=][ \t]*(['"]?)([\w./-]+)\1[ \t]*(?:#.*)?\r?$(?!\n[ \t])/m

/** Data without a parser: it names no folder, or one, at the top; what else mentions the word is left to the loader. */
function saidByData(text: string): string | undefined {
  const mentions = count(text, /tuixDir/g)
  if (mentions === 0) return DEFAULT_TUIX_DIR
  const [key, , said] = TOP_LEVEL_KEY.exec(text) ?? []
  // In TOML a line after a table's head belongs to that table.
  const inTable = key !== undefined && /^\s*\[/m.test(text.slice(0, text.indexOf(key)))
  return mentions === 1 && !inTable ? said : undefined
}

/**
 * A module says the default if it says nothing, or only ever the default (in whatever branch or comment that is), and
 * takes nothing from elsewhere: it imports this package and Node's modules for paths, and no other.
 */
function saidByModule(text: string): string | undefined {
  const plain = count(text, /\btuixDir\s*:\s*(['"])(?:\.\/)?\.tuix\/?\1/g)
  const foreign =
    /\b(?:require|import)\s*\(|\b(?:from|import)\s*(['"`])(?!(?:node:(?:path|url|os)\1|tuix\/|tuix-process-manager(?:\/|\1)|tuix\1))/
  return count(text, /tuixDir/g) === plain && !foreign.test(text) ? DEFAULT_TUIX_DIR : undefined
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
