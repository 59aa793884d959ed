import { type LoadedConfig, type LocateOptions, loadConfig, locateTuixDir, usualTuixDir } from '../src/index.ts'
import type { CommandContext } from './command.ts'

export type Invocation = Pick<CommandContext, 'environment' | 'flags' | 'warn'>

/** Where declarations come from in this invocation: what was asked for, or else what the host says, or else the folder. */
function sourcesOf({ environment: { cwd, env, defaults }, flags }: Invocation): LocateOptions {
  const file = flags.config ?? defaults.configFile
  return {
    cwd,
    environment: env,
    blocks: flags.config === undefined ? (defaults.blocks ?? []) : [],
    ...(file !== undefined && { file }),
    ...(flags.tuixDir !== undefined && { tuixDir: flags.tuixDir }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
  }
}

/** The supervisor's folder without loading the config; undefined: only the config can tell. */
export function locate(invocation: Invocation): string | undefined {
  // Whether there is such a profile only the config can tell.
  return invocation.flags.profile === undefined ? locateTuixDir(sourcesOf(invocation)) : undefined
}

/** Where the folder is when a config says nothing of it: beside the config. */
export function usualFolder(invocation: Invocation): string {
  return usualTuixDir(sourcesOf(invocation))
}

/** Everything that is declared: by the config file, and by the host. Throws a `config` error, one sentence. */
export async function loadDeclarations(invocation: Invocation): Promise<LoadedConfig> {
  return await loadConfig(sourcesOf(invocation))
}
