import { ProcessManagerError } from '../model/errors.ts'
import { nearest } from '../model/nearest.ts'
import { type Base, type Environment, type Layer, profileOf } from './layer.ts'
import { type LocateOptions, profileNamed } from './locate.ts'

/** The profile to use, if any. Throws `usage` if none of the bases has it. */
export function selectedProfile(options: LocateOptions, bases: readonly Base[]): string | undefined {
  const name = profileNamed(options)
  const known = [...new Set(bases.flatMap(({ profiles }) => [...profiles.keys()]))]
  if (name === undefined || known.includes(name)) return name
  // A variable may be set for other projects too; where nothing is declared it means nothing.
  if (options.profile === undefined && bases.length === 0) return undefined
  const source = options.profile === undefined ? ' (TUIX_PROFILE)' : ''
  const meant = nearest(name, known)
  const hint = meant === undefined ? `there is ${known.join(', ') || 'none'}` : `did you mean ${meant}?`
  throw new ProcessManagerError('usage', `there is no profile ${name}${source}; ${hint}`)
}

/** What the bases say in a profile. */
export function profilesOf(bases: readonly Base[], profile: string | undefined, environment: Environment): Layer[] {
  if (profile === undefined) return []
  return bases.flatMap((base) => profileOf(base, profile, environment) ?? [])
}
