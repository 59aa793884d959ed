import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { type Declaration, processesOf } from './declare.ts'
import { blockOf, DEFAULT_TUIX_DIR, findConfig, type LocateOptions } from './locate.ts'
import { readConfigFile } from './read.ts'

export interface LoadedConfig extends Omit<Declaration, 'declares'> {
  /** Absolute; `null`: there is none. Where there are two, the one that declares the processes. */
  file: string | null
  /** Its folder, or `cwd`. */
  folder: string
  /** Absolute. */
  tuixDir: string
}

/**
 * Loads `file`, or what `cwd` holds: the `processManager` block of `tuix.config.*` if that has `processes`; else
 * `processes.json`, with what the block says of `tuixDir` and the like where the file does not. No config is no error.
 * Throws a `config` error, one sentence.
 */
export async function loadConfig({ cwd, file, tuixDir }: LocateOptions): Promise<LoadedConfig> {
  const { tuixConfig, processesJson } = file === undefined ? findConfig(cwd) : { tuixConfig: resolve(cwd, file) }
  const app = tuixConfig === undefined ? undefined : await declarationIn(tuixConfig, cwd)
  const own = app?.declares || processesJson === undefined ? undefined : await declarationIn(processesJson, cwd)
  const chosen = own ? processesJson : tuixConfig
  const said = own?.tuixDir ?? app?.tuixDir
  const folder = chosen === undefined ? cwd : dirname(chosen)
  return {
    file: chosen ?? null,
    folder,
    tuixDir: tuixDir === undefined ? resolve(folder, said ?? DEFAULT_TUIX_DIR) : resolve(cwd, tuixDir),
    processes: (own ?? app)?.processes ?? [],
    origins: (own ?? app)?.origins ?? {},
    defaults: { ...app?.defaults, ...own?.defaults },
  }
}

async function declarationIn(file: string, cwd: string): Promise<Declaration> {
  const shown = shownFrom(cwd, file)
  const { value, path } = blockOf(await readConfigFile(file, shown), file)
  return processesOf(value, { file: shown, folder: dirname(file), path })
}

/** As a user in `cwd` would write it. */
function shownFrom(cwd: string, file: string): string {
  const short = relative(cwd, file)
  return short.startsWith('..') || isAbsolute(short) ? file : short
}
