import type { TargetConfig } from '../../src/index.ts'
import { type LoadedConfig, readTargets } from '../../src/internal.ts'
import type { CommandContext } from './command.ts'
import { usageError } from './usage.ts'

/** The name of this machine where that of a target may stand. */
export const LOCAL = 'local'

/**
 * The targets that a command is for, by name. Undefined: this machine.
 *
 * @param tuixDir the folder with the target that was chosen by `target use`
 */
export function targetsOf(
  { flags, environment }: Pick<CommandContext, 'flags' | 'environment'>,
  tuixDir: string,
): string[] | undefined {
  const given = flags.target ?? environment.env.TUIX_TARGET
  const name = given || readTargets(tuixDir).current || LOCAL
  const names = [...new Set(name.split(',').map((each) => each.trim()))]
  if (names.includes('')) throw usageError('--target takes names of targets, such as prod or prod,eu')
  if (names.length === 1 && names[0] === LOCAL) return undefined
  return names
}

/** All targets, those of the config and those that were added by hand. */
export async function knownTargets(
  { targets, folder }: Pick<LoadedConfig, 'targets' | 'folder'>,
  tuixDir: string,
): Promise<Record<string, TargetConfig>> {
  const saved = readTargets(tuixDir).targets
  if (Object.keys(saved).length === 0) return targets
  const { checkTargets } = await import('../../src/internal.ts')
  return { ...(await checkTargets(saved, folder)), ...targets }
}
