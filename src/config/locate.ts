import { readFileSync, statSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import type { ProjectConfig } from '../model/config/project.ts'
import { blockOf, DATA_FORMATS, DEFAULT_TUIX_DIR, type FoundConfig, findConfig } from './find.ts'
import { hasVariables } from './interpolate.ts'

export interface LocateOptions {
  /** Absolute folder in which the search for a config begins. It continues upwards. */
  cwd: string
  /** Config file to use instead of a search, relative to `cwd`. */
  file?: string
  /** State folder given by the user, relative to `cwd`. It overrides the config. */
  tuixDir?: string
  /** Profile to use. Default: `TUIX_PROFILE` in `environment`. */
  profile?: string
  /** Variables that the config may use. Default: those of this process. */
  environment?: Record<string, string | undefined>
  /**
   * Declarations in code; their paths are relative to `cwd`. If one declares processes, no config is searched for, but
   * a named file still counts. A process must not be declared twice. `tuixDir` of the first block that has it overrides
   * that of the file; for other settings the file comes first, then the blocks in order.
   */
  blocks?: readonly CodeBlock[]
  /** What a search has found already. */
  found?: FoundConfig
}

export interface CodeBlock {
  /** Name of the block in messages. */
  path: string
  block: ProjectConfig
}

/**
 * Absolute state folder, found without loading a config module or parser, which would cost more than the rest of `ps list`.
 * Undefined if only loading the config can tell, or if reading it failed, which loading will report.
 */
export function locateTuixDir(options: LocateOptions): string | undefined {
  const { cwd, tuixDir, blocks = [] } = options
  if (tuixDir !== undefined) return resolve(cwd, tuixDir)
  const profile = profileName(options)
  if (blocks.some(({ block }) => block.extends !== undefined || (profile && block.profiles))) return undefined
  const inCode = blocks.map(({ block }) => block.tuixDir).find((folder) => folder !== undefined)
  if (inCode !== undefined) return resolve(cwd, inCode)
  const { folder, files } = configsFor(options)
  if (files.length === 0) return resolve(folder, DEFAULT_TUIX_DIR)
  const [first, ...others] = files.map((file) => tuixDirInFile(file, profile))
  return others.every((other) => other === first) ? first : undefined
}

export function profileName({ profile, environment = process.env }: LocateOptions): string | undefined {
  return profile ?? (environment.TUIX_PROFILE || undefined)
}

/** Absolute default of the state folder, beside the config. */
export function usualTuixDir(options: LocateOptions): string {
  return join(configsFor(options).folder, DEFAULT_TUIX_DIR)
}

/** The named config, or those that a search finds. No search is made if processes are declared in code. */
export function configsFor({ cwd, file, blocks = [], found }: LocateOptions): FoundConfig {
  if (found) return found
  const inCode = blocks.some(({ block }) => block.processes !== undefined || block.services !== undefined)
  if (file === undefined) return inCode ? { folder: cwd, files: [] } : findConfig(cwd)
  const path = resolve(cwd, file)
  return { folder: dirname(path), files: [path] }
}

function tuixDirInFile(file: string, profile: string | undefined): string | undefined {
  let text: string
  try {
    // The content of a FIFO comes only once, and loading the config takes it.
    if (!statSync(file).isFile()) return undefined
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const folder = tuixDirIn(text, file, profile)
  return folder === undefined ? undefined : resolve(dirname(file), folder)
}

function tuixDirIn(text: string, file: string, profile: string | undefined): string | undefined {
  const ending = extname(file)
  if (ending === '.json') return tuixDirInJson(text, file, profile)
  // A file that it extends may set the folder, or set it in this profile.
  const others = /\bextends\b/.test(text)
  if (others && (profile || !text.includes('tuixDir'))) return undefined
  return DATA_FORMATS.includes(ending) ? tuixDirInData(text) : tuixDirInModule(text)
}

function tuixDirInJson(text: string, file: string, profile = ''): string | undefined {
  try {
    const block = blockOf(JSON.parse(text), file).value as ProjectConfig | null
    const own = block?.profiles?.[profile]?.tuixDir ?? block?.tuixDir
    if (block?.extends !== undefined && (own === undefined || profile)) return undefined
    const folder = own ?? DEFAULT_TUIX_DIR
    return typeof folder === 'string' && !hasVariables(folder) ? folder : undefined
  } catch {
    return undefined
  }
}

/** `tuixDir` at the beginning of a line of YAML or TOML, with a plain value that ends in that line. */
const TOP_LEVEL_KEY = /^tuixDir[ \t]*[:=][ \t]*(['"]?)([\w./-]+)\1[ \t]*(?:#.*)?\r?$(?!\n[ \t])/m

/**
 * Reads YAML or TOML without a parser, if `tuixDir` is absent or occurs once, at the top. Otherwise the loader has to
 * decide.
 */
function tuixDirInData(text: string): string | undefined {
  const mentions = count(text, /tuixDir/g)
  if (mentions === 0) return DEFAULT_TUIX_DIR
  const [key, , folder] = TOP_LEVEL_KEY.exec(text) ?? []
  // In TOML, a line after the header of a table belongs to that table.
  const inTable = key !== undefined && /^\s*\[/m.test(text.slice(0, text.indexOf(key)))
  return mentions === 1 && !inTable ? folder : undefined
}

/**
 * The default for a module that does not mention `tuixDir`, or mentions it only with the default value, and takes
 * nothing from elsewhere: it imports only this package and Node's modules for paths. Otherwise the loader has to
 * decide.
 */
function tuixDirInModule(text: string): string | undefined {
  const plain = count(text, /\btuixDir\s*:\s*(['"])(?:\.\/)?\.tuix\/?\1/g)
  const foreign =
    /\b(?:require|import)\s*\(|\b(?:from|import)\s*(['"`])(?!(?:node:(?:path|url|os)\1|tuix\/|tuix-process-manager(?:\/|\1)|tuix\1))/
  return count(text, /tuixDir/g) === plain && !foreign.test(text) ? DEFAULT_TUIX_DIR : undefined
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
