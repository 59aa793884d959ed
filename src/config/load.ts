import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { type Declaration, processesOf } from './declare.ts'
import { blockOf, DEFAULT_TUIX_DIR } from './find.ts'
import { kindOf } from './import/kind.ts'
import { configsFor, type LocateOptions } from './locate.ts'
import { readConfigFile } from './read.ts'

export interface LoadedConfig extends Omit<Declaration, 'declares'> {
  /** Absolute; `null`: there is none. Where there are several, the one that declares the processes. */
  file: string | null
  /** Absolute paths of all files that were read. */
  files: string[]
  /** Folder of `file`; else the one with a state folder; else `cwd`. */
  folder: string
  /** Absolute. */
  tuixDir: string
}

/**
 * Loads `file`, or what is found from `cwd` upwards: the first of `tuix.config.*`, `processes.*` and `package.json` that
 * declares processes, with what those before it say of `tuixDir` and the like where it does not. No config is no error.
 * `file` may be another tool's, such as a Procfile: `import/`.
 * Throws a `config` error, one sentence.
 */
export async function loadConfig(options: LocateOptions): Promise<LoadedConfig> {
  const { cwd, tuixDir } = options
  const found = configsFor(options)
  const read: { file: string; said: Declaration }[] = []
  for (const path of found.files) {
    read.unshift({ file: path, said: await declarationIn(path, options) })
    if (read[0]?.said.declares) break
  }
  const [chosen] = read
  const folder = chosen ? dirname(chosen.file) : found.folder
  const said = read.map((each) => each.said.tuixDir).find((dir) => dir !== undefined)
  return {
    file: chosen?.file ?? null,
    files: read.map((each) => each.file),
    folder,
    tuixDir: tuixDir === undefined ? resolve(folder, said ?? DEFAULT_TUIX_DIR) : resolve(cwd, tuixDir),
    processes: chosen?.said.processes ?? [],
    origins: chosen?.said.origins ?? {},
    ...(chosen?.said.notes && { notes: chosen.said.notes }),
    defaults: Object.assign({}, ...read.map((each) => each.said.defaults).reverse()),
  }
}

async function declarationIn(path: string, { cwd, file }: LocateOptions): Promise<Declaration> {
  const shown = shownFrom(cwd, path)
  const content = await readConfigFile(path, shown)
  // Only what was named: another tool's file is not taken because it happens to lie there.
  const kind = file === undefined ? undefined : kindOf(path, content)
  if (kind) return (await import('./import/declare.ts')).declareImported(kind, content, { file: path, shown })
  const block = blockOf(content, path)
  return processesOf(block.value, { file: shown, folder: dirname(path), path: block.path })
}

/** As a user in `cwd` would write it. */
function shownFrom(cwd: string, file: string): string {
  const short = relative(cwd, file)
  return short.startsWith('..') || isAbsolute(short) ? file : short
}
