import type { ResolvedProcess } from '../config/config.ts'
import { driftOf } from '../config/drift.ts'
import { baseOf } from '../config/instances.ts'
import { isBackend, isForwarder } from '../config/share.ts'
import type { Selection } from './requests.ts'

/** The names with the forwarders of the instances among them, which get connections from nobody else. */
export function withForwarders(names: string[], configs: ResolvedProcess[]): string[] {
  const selected = new Set(names)
  const bases = new Set(configs.filter((config) => selected.has(config.name) && isBackend(config)).map(baseOf))
  const needed = configs.filter((config) => isForwarder(config) && bases.has(baseOf(config))).map(({ name }) => name)
  return [...new Set([...names, ...needed])]
}

/**
 * Forwarders that a restart only starts if they are down: those that nobody names, and whose settings have not changed. Their
 * connections go on.
 *
 * @param current configs of all processes, as they run
 */
export function keptForwarders(
  { names = [] }: Selection,
  current: ResolvedProcess[],
  declared: ReadonlyMap<string, ResolvedProcess>,
): Set<string> {
  const isKept = (config: ResolvedProcess) => {
    const next = declared.get(config.name)
    return isForwarder(config) && !names.includes(config.name) && (!next || driftOf(config, next).length === 0)
  }
  return new Set(current.filter(isKept).map(({ name }) => name))
}
