import { type ParsedProcess, type ProcessDefaults, resolveChecked } from '../resolve/index.ts'
import type { Declaration, EnvFileUse } from './types.ts'

/** A complete process of a config as exporters take it. `folder` is that of the project. */
export function declarationOf(
  process: ParsedProcess,
  { folder, defaults, envFiles }: { folder: string; defaults?: ProcessDefaults; envFiles: EnvFileUse[] },
): Declaration {
  const { cwd, ...settings } = process
  const { deploy } = settings
  return {
    config: resolveChecked(process, { ...(defaults && { defaults }) }),
    written: {
      ...managerSettings(defaults),
      ...settings,
      ...(cwd !== folder && { cwd }),
      ...(envFiles.length > 0 && { envFile: envFiles.map(({ path }) => path) }),
    },
    ...(deploy && { deploy }),
    envFiles,
  }
}

/** What the config says once for all processes is written for each of them. */
function managerSettings(defaults: ProcessDefaults = {}): Declaration['written'] {
  const { autoRestart, maxRestarts, restartDelay } = defaults
  return {
    ...(autoRestart !== undefined && { autorestart: autoRestart }),
    ...(maxRestarts !== undefined && { maxRestarts }),
    ...(restartDelay !== undefined && { restartDelay }),
  }
}
