import { ProcessManagerError } from '../model/errors.ts'
import { nearest } from '../model/text/text.ts'
import { type Base, type Environment, type Layer, profileOf } from './layer.ts'
import { type LocateOptions, profileName } from './locate.ts'

/** The profile to use, if any. Throws a `usage` error if none of the bases has it. */
export function selectedProfile(options: LocateOptions, bases: readonly Base[]): string | undefined {
  const name = profileName(options)
  const known = [...new Set(bases.flatMap(({ profiles }) => [...profiles.keys()]))]
  if (name === undefined || known.includes(name)) return name
  // The variable may be meant for another project, so it is ignored if nothing is declared.
  if (options.profile === undefined && bases.length === 0) return undefined
  const source = options.profile === undefined ? ' (TUIX_PROFILE)' : ''
  const meant = nearest(name, known)
  const available = known.length > 0 ? `available: ${known.join(', ')}` : 'the config has no profiles'
  const hint = meant === undefined ? available : `did you mean ${meant}?`
  throw new ProcessManagerError('usage', `no profile is named ${name}${source}; ${hint}`)
}

/** The layers of a profile in all bases. */
export function profilesOf(bases: readonly Base[], profile: string | undefined, environment: Environment): Layer[] {
  if (profile === undefined) return []
  return bases.flatMap((base) => profileOf(base, profile, environment) ?? [])
}
