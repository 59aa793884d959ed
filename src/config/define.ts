import type { ProjectConfig } from '../model/config/project.ts'

export type { ProcessConfig, ProcessManagerConfig } from '../model/config/config.ts'
export type { HealthCheckConfig } from '../model/config/health-check.ts'
export type { ProjectConfig } from '../model/config/project.ts'

/** A command of an app in the form of tuix hosts. Commands may nest. */
export interface Command {
  description?: string
  /** Schemas with `parse`, `safeParse` and `_def.description`. */
  args?: Record<string, unknown>
  options?: Record<string, unknown>
  aliases?: string[]
  hidden?: boolean
  commands?: Record<string, Command>
  /** The handler handles `--help` itself. */
  ownHelp?: boolean
  /** Declared as a method, so that a handler may have the context type of its host. */
  handler?(context: unknown): unknown
}

/** A plugin, as far as its commands are concerned. A host may define more. */
export interface Plugin {
  metadata: { name: string; version: string; description?: string }
  commands?: Record<string, Command>
  /** The same commands for a particular app. */
  commandsFor?(app: AppConfig): Record<string, Command>
}

/** An app, or the part of it that is configured here. A `tuix.config.*` exports it. */
export interface AppConfig<Name extends string = string> {
  name?: string
  version?: string
  description?: string
  plugins?: Plugin[]
  commands?: Record<string, Command>
  processManager?: ProjectConfig<Name>
  /** Settings of other parts of tuix. */
  [setting: string]: unknown
}

/** Returns `config` unchanged. It serves the editor's completion and the type check, also of the names in functions of `env`. */
export function defineConfig<Name extends string = string>(config: AppConfig<Name>): AppConfig {
  return config as unknown as AppConfig
}
