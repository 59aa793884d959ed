import type { ImportedProcess } from './types.ts'

/** Profiles in the form of our own configs. */
export type Profiles = Record<string, { processes: Record<string, { env: Record<string, string> }> }>

export function profilesIn(processes: readonly ImportedProcess[]): Profiles {
  // A Map, since a profile may be named like a property that every object inherits.
  const profiles = new Map<string, Profiles[string]>()
  for (const { config, profiles: own = {} } of processes) {
    for (const [profile, env] of Object.entries(own)) {
      const changes = profiles.get(profile) ?? { processes: {} }
      profiles.set(profile, { processes: { ...changes.processes, [config.name]: { env } } })
    }
  }
  return Object.fromEntries(profiles)
}
