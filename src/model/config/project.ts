import type { KeyedProcess, ProcessConfig, ProcessManagerConfig } from './config.ts'

/** Changes to another config. A process declared there needs only the settings that differ. */
export interface ConfigChanges extends Omit<ProcessManagerConfig, 'processes' | 'services'> {
  /** Processes to change or add: a list, or an object with the names as keys. */
  processes?: (Pick<ProcessConfig, 'name'> & Partial<ProcessConfig>)[] | Record<string, Partial<KeyedProcess>>
  /** Another word for `processes`. */
  services?: (Pick<ProcessConfig, 'name'> & Partial<ProcessConfig>)[] | Record<string, Partial<KeyedProcess>>
}

interface WithProfiles {
  /** Variants by name. `--profile` or `TUIX_PROFILE` selects one, which is merged over the rest of the config. */
  profiles?: Record<string, ConfigChanges>
}

interface WithoutExtends {
  extends?: undefined
}

interface WithExtends {
  /** Paths of config files, relative to this one, that it is merged over. A later file overrides an earlier one. */
  extends: string | string[]
}

/** Content of a config file: its `processManager` block, or the whole of a `processes.*`. */
export type ProjectConfig = WithProfiles & ((ProcessManagerConfig & WithoutExtends) | (ConfigChanges & WithExtends))
