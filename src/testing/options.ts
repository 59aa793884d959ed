import type { AppConfig } from '../config/define.ts'
import type { CodeBlock } from '../config/locate.ts'
import type { ProcessConfig } from '../model/config/config.ts'
import type { ProjectConfig } from '../model/config/project.ts'
import { isRecord } from '../model/config/shape.ts'

/** How to start a stack. */
export interface StackOptions {
  /**
   * Path of a config file, relative to `cwd`; or a config as it stands in a file; or a list of processes. Default: the config that
   * `tuix-ps` finds from `cwd` upwards.
   */
  config?: string | AppConfig | ProjectConfig | ProcessConfig[]
  /** Variables for every process, over its own, and for `${NAME}` in the config. Undefined ones are ignored. */
  env?: Record<string, string | number | boolean | undefined>
  /** Profile of the config. Default: that of `TUIX_PROFILE`, if it is set. */
  profile?: string
  /** Folder in which the search for the config begins, and that paths are relative to. Default: the current one. */
  cwd?: string
  /** ms until everything has to be ready. Default 60000. */
  timeout?: number
}

/** Where the declarations are. */
export function sourceOf(config: StackOptions['config']): { file?: string; blocks?: CodeBlock[] } {
  if (config === undefined) return {}
  if (typeof config === 'string') return { file: config }
  if (Array.isArray(config)) return { blocks: [{ path: 'config', block: { processes: config } }] }
  const inner = (config as AppConfig).processManager
  if (isRecord(inner)) return { blocks: [{ path: 'config.processManager', block: inner as ProjectConfig }] }
  return { blocks: [{ path: 'config', block: config as ProjectConfig }] }
}

/** The variables of the option `env`, as texts. */
export function variablesOf(env: StackOptions['env'] = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}
