import type { LoadedConfig } from './load.ts'
import type { LocateOptions } from './locate.ts'

/** Finds, reads and validates the config of a folder; the schema and the loader are loaded with the first call. */
export async function loadConfig(options: LocateOptions): Promise<LoadedConfig> {
  return (await import('./load.ts')).loadConfig(options)
}
