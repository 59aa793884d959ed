import type { ProjectConfig } from '../model/config.ts'

export type { HealthCheckConfig, ProcessConfig, ProcessManagerConfig, ProjectConfig } from '../model/config.ts'

/** A command of an app's command line, as the hosts of tuix take it; commands may nest. */
export interface Command {
  description?: string
  /** Described by schemas that have `parse`, `safeParse` and `_def.description`. */
  args?: Record<string, unknown>
  options?: Record<string, unknown>
  aliases?: string[]
  hidden?: boolean
  commands?: Record<string, Command>
  /** The handler answers `--help` itself. */
  ownHelp?: boolean
  /** A method, so that a handler may name the context that its host gives. */
  handler?(context: unknown): unknown
}

/** Anything that brings commands; what a host adds to it beyond that is the host's own affair. */
export interface Plugin {
  metadata: { name: string; version: string; description?: string }
  commands?: Record<string, Command>
  /** The same commands, told which app mounts them. */
  commandsFor?(app: AppConfig): Record<string, Command>
}

/** An app, or only the part of it that is configured here: what a `tuix.config.*` exports. */
export interface AppConfig {
  name?: string
  version?: string
  description?: string
  plugins?: Plugin[]
  commands?: Record<string, Command>
  processManager?: ProjectConfig
  /** Settings of other parts of tuix. */
  [setting: string]: unknown
}

/** Returns `config` as it is: for the editor's completion and the type check. */
export function defineConfig(config: AppConfig): AppConfig {
  return config
}
