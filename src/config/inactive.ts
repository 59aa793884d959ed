import type { ProcessConfig } from '../model/config.ts'

/** Settings that are validated but do not act yet, each with the one that must be on for its absence to matter. */
const INACTIVE: Partial<Record<keyof ProcessConfig, keyof ProcessConfig>> = {}

/** Names of the settings of `config` that do not act yet, for a warning. */
export function inactiveSettings(config: ProcessConfig): string[] {
  return Object.entries(INACTIVE)
    .filter(([key, needed]) => config[key as keyof ProcessConfig] !== undefined && Boolean(config[needed]))
    .map(([key]) => key)
}
