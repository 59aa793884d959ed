import type { ImportedProcess } from './types.ts'

/** What each profile says of the processes that it changes, as our own configs write it. */
export type Profiles = Record<string, { processes: Record<string, { env: Record<string, string> }> }>

export function profilesIn(processes: readonly ImportedProcess[]): Profiles {
  const profiles: Profiles = {}
  for (const { config, profiles: own = {} } of processes) {
    for (const [profile, env] of Object.entries(own)) {
      profiles[profile] ??= { processes: {} }
      profiles[profile].processes[config.name] = { env }
    }
  }
  return profiles
}
