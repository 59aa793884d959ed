import { resolve } from 'node:path'
import {
  type LoadedConfig,
  loadConfig,
  locateTuixDir,
  ProcessManagerError,
  processesOf,
  usualTuixDir,
} from '../src/index.ts'
import type { CommandContext } from './command.ts'
import type { PsDefaults } from './environment.ts'

export type Invocation = Pick<CommandContext, 'environment' | 'flags' | 'warn'>

/** Where declarations come from in this invocation: what was asked for, or else what the host says, or else the folder. */
interface Sources {
  cwd: string
  /** Relative to `cwd`; absent: whatever `cwd` holds, unless the host declares processes itself. */
  file?: string
  tuixDir?: string
  blocks: NonNullable<PsDefaults['blocks']>
}

function sourcesOf({ environment: { cwd, defaults }, flags }: Invocation): Sources {
  const blocks = flags.config === undefined ? (defaults.blocks ?? []) : []
  const file = flags.config ?? defaults.configFile
  const tuixDir = flags.tuixDir ?? blocks.map(({ block }) => block.tuixDir).find((dir) => dir !== undefined)
  return { cwd, blocks, ...(file !== undefined && { file }), ...(tuixDir !== undefined && { tuixDir }) }
}

/** The host declares processes itself and names no file: then what lies in the folder is not meant. */
function onlyInCode({ file, blocks }: Sources): boolean {
  return file === undefined && blocks.some(({ block }) => block.processes !== undefined)
}

/** The supervisor's folder without loading the config; undefined: only the config can tell. */
export function locate(invocation: Invocation): string | undefined {
  const sources = sourcesOf(invocation)
  return onlyInCode(sources) ? stateFolder(sources) : locateTuixDir(sources)
}

/** Where the folder is when a config says nothing of it: beside the config. */
export function usualFolder(invocation: Invocation): string {
  return usualTuixDir(sourcesOf(invocation))
}

/** Everything that is declared: by the config file, and by the host. Throws a `config` error, one sentence. */
export async function loadDeclarations(invocation: Invocation): Promise<LoadedConfig> {
  const sources = sourcesOf(invocation)
  const { cwd, blocks } = sources
  const loaded = onlyInCode(sources) ? nothingLoaded(sources) : await loadConfig(sources)
  for (const { path, block } of blocks) {
    const { processes, defaults } = await processesOf(block, { folder: cwd, path })
    for (const process of processes) {
      if (loaded.processes.some(({ name }) => name === process.name)) throw declaredTwice(process.name, loaded)
      loaded.processes.push(process)
    }
    // The file, then the first block to say something, wins.
    loaded.defaults = { ...defaults, ...loaded.defaults }
  }
  return loaded
}

function nothingLoaded(sources: Sources): LoadedConfig {
  const tuixDir = stateFolder(sources)
  return { file: null, files: [], folder: sources.cwd, tuixDir, processes: [], origins: {}, defaults: {} }
}

function stateFolder({ cwd, tuixDir = '.tuix' }: Pick<Sources, 'cwd' | 'tuixDir'>): string {
  return resolve(cwd, tuixDir)
}

function declaredTwice(name: string, { origins }: LoadedConfig): ProcessManagerError {
  const where = origins[name] ? `in ${origins[name]} and by the app` : 'twice by the app'
  return new ProcessManagerError('config', `process ${name} is declared ${where}`)
}
