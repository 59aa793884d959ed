import { SUPERVISOR_COMMAND } from '../commands/shared/command.ts'
import type { PsDefaults } from '../commands/shared/environment.ts'
import type { ProcessManagerConfig, ProjectConfig } from '../src/index.ts'

/** Options of `ProcessManagerPlugin`. Relative paths are relative to the working directory of the app. */
export interface ProcessManagerPluginOptions extends ProcessManagerConfig {
  /** File that declares processes: `processes.json`, or a `tuix.config.*`. */
  configFile?: string
  /** Name of the parent command (default `ps`); also as `as`. */
  name?: string
  as?: string
  /** Name of the app in messages (default: that of its config, or of its script). */
  program?: string
  /** For an app in JSX: the command, as `dev` in `<Plugin name="dev">`, that the parent command belongs to. */
  under?: string
  /**
   * Also offer the commands as `cliConfig`, for a host that reads only that. It replaces the app's own commands in that
   * host.
   */
  cliConfig?: boolean
  /** For an app in JSX: what the component has between its tags. */
  children?: unknown
}

/** The name of the parent command. */
export function nameOf({ name, as }: ProcessManagerPluginOptions): string {
  return name ?? as ?? 'ps'
}

/** Names of the commands that the parent command belongs to. */
export function parentsOf({ under }: ProcessManagerPluginOptions): string[] {
  return under?.split(' ') ?? []
}

/** Declarations for the commands: the plugin's options, then the app's `processManager` block. */
export function defaultsOf(options: ProcessManagerPluginOptions, app: unknown): PsDefaults {
  const settings = settingsOf(options)
  const block = isObject(app) && isObject(app.processManager) ? app.processManager : undefined
  return {
    configFile: options.configFile,
    supervisorCommand: [...parentsOf(options), nameOf(options), SUPERVISOR_COMMAND],
    blocks: [
      { path: '', block: settings },
      ...(block ? [{ path: 'processManager', block: block as ProjectConfig }] : []),
    ],
  }
}

/** The options that are settings of a config. */
function settingsOf(options: ProcessManagerPluginOptions): ProcessManagerConfig {
  const { configFile, name, as, program, under, cliConfig, children, ...settings } = options
  return settings
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
