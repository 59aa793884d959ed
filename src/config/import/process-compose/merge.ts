import { isRecord } from '../../../model/config/shape.ts'
import { ownProperty } from '../../../model/text/text.ts'
import { configError, join } from '../../place.ts'
import type { ImportContext } from '../types.ts'

/** `above` merged over `below`, key by key. Lists of variables are joined, other lists replaced. */
export function mergedOver(above: unknown, below: unknown, key = ''): unknown {
  if (above === undefined || above === null) return below
  if (isRecord(above) && isRecord(below)) {
    const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])]
    return Object.fromEntries(
      keys.map((each) => [each, mergedOver(ownProperty(above, each), ownProperty(below, each), each)]),
    )
  }
  if (key === 'environment' && (Array.isArray(above) || Array.isArray(below)) && below !== undefined) {
    return [...pairs(below), ...pairs(above)]
  }
  return above
}

/** Processes with those that they extend merged below them. Throws a `config` error for a cycle or an unknown name. */
export function withExtended(processes: Record<string, unknown>, context: ImportContext): Record<string, unknown> {
  const extended = (name: string, chain: readonly string[]): unknown => {
    const process = ownProperty(processes, name)
    const base = isRecord(process) ? ownProperty(process, 'extends') : undefined
    if (!isRecord(process) || typeof base !== 'string') return process
    const path = join('processes', [name, 'extends'])
    const around = [...chain, name]
    if (around.includes(base)) throw configError(context, `\`${path}\` forms a cycle: ${[...around, base].join(' → ')}`)
    if (!Object.hasOwn(processes, base)) {
      throw configError(context, `\`${path}\` must be the name of a process, not ${JSON.stringify(base)}`)
    }
    const { extends: _, ...rest } = process
    // What is disabled may be there to be extended.
    const {
      disabled: _disabled,
      is_disabled: _isDisabled,
      ...inherited
    } = extended(base, around) as Record<string, unknown>
    return mergedOver(rest, inherited)
  }
  return Object.fromEntries(Object.keys(processes).map((name) => [name, extended(name, [])]))
}

function pairs(environment: unknown): unknown[] {
  if (Array.isArray(environment)) return environment
  return isRecord(environment) ? Object.entries(environment).map(([name, value]) => `${name}=${value}`) : []
}
