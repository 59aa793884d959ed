import { SUPERVISOR_COMMAND } from '../commands/command.ts'
import type { PsDefaults } from '../commands/environment.ts'
import type { ProcessManagerConfig, ProjectConfig } from '../src/index.ts'

/** What `ProcessManagerPlugin` takes. Relative paths count from the folder that the app is run in. */
export interface ProcessManagerPluginOptions extends ProcessManagerConfig {
  /** File that declares processes: `processes.json`, or a `tuix.config.*`. */
  configFile?: string
  /** Name of the command that the others stand under (default `ps`). */
  name?: string
  /** Also offer the commands as `cliConfig`, for a host that reads only that. It replaces the app's own commands there. */
  cliConfig?: boolean
}

/** What the commands take for declared: the plugin's options, then the app's `processManager` block. */
export function defaultsOf(options: ProcessManagerPluginOptions, app: unknown): PsDefaults {
  const { configFile, name = 'ps', cliConfig: _cliConfig, ...settings } = options
  const block = isObject(app) && isObject(app.processManager) ? app.processManager : undefined
  return {
    configFile,
    supervisorCommand: [name, SUPERVISOR_COMMAND],
    blocks: [
      { path: '', block: withoutJsx(settings) },
      ...(block ? [{ path: 'processManager', block: block as ProjectConfig }] : []),
    ],
  }
}

/** As a JSX component the plugin is given `children` besides its options. */
function withoutJsx(settings: ProcessManagerConfig & { children?: unknown }): ProcessManagerConfig {
  const { children: _children, ...rest } = settings
  return rest
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
