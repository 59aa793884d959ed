import type { ImportedProcess } from './types.ts'

/** What each profile says of the processes that it changes, as our own configs write it. */
export type Profiles = Record<string, { processes: Record<string, { env: Record<string, string> }> }>

export function profilesIn(processes: readonly ImportedProcess[]): Profiles {
  // No object: a profile may have the name of what every object has.
  const profiles = new Map<string, Profiles[string]>()
  for (const { config, profiles: own = {} } of processes) {
    for (const [profile, env] of Object.entries(own)) {
      const changes = profiles.get(profile) ?? { processes: {} }
      profiles.set(profile, { processes: { ...changes.processes, [config.name]: { env } } })
    }
  }
  return Object.fromEntries(profiles)
}
