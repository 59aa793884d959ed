import type { KeyedProcess, ProcessConfig, ProcessManagerConfig } from './config.ts'

/** Changes to another config. A process declared there needs only the settings that differ. */
export interface ConfigChanges<Name extends string = string>
  extends Omit<ProcessManagerConfig<Name>, 'processes' | 'services'> {
  /** Processes to change or add: a list, or an object with the names as keys. */
  processes?: ChangedProcess<Name>[] | Partial<Record<Name, Partial<KeyedProcess<Name>>>>
  /** Another word for `processes`. */
  services?: ChangedProcess<Name>[] | Partial<Record<Name, Partial<KeyedProcess<Name>>>>
}

type ChangedProcess<Name extends string> = Pick<ProcessConfig<Name>, 'name'> & Partial<ProcessConfig<Name>>

interface WithProfiles<Name extends string> {
  /** Variants by name. `--profile` or `TUIX_PROFILE` selects one, which is merged over the rest of the config. */
  profiles?: Record<string, ConfigChanges<Name>>
}

interface WithoutExtends {
  extends?: undefined
}

interface WithExtends {
  /** Paths of config files, relative to this one, that it is merged over. A later file overrides an earlier one. */
  extends: string | string[]
}

/** Content of a config file: its `processManager` block, or the whole of a `processes.*`. */
export type ProjectConfig<Name extends string = string> =
  | (WithProfiles<Name> & ProcessManagerConfig<Name> & WithoutExtends)
  // The files that it extends may declare more.
  | (WithProfiles<string> & ConfigChanges & WithExtends)
