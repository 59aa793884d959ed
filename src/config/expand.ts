import { takesReferences } from '../model/config/references.ts'
import { keyOf } from './check.ts'
import { hasVariables, interpolate, type Lookup } from './interpolate.ts'
import { configErrorAt, type Place, within } from './place.ts'

/**
 * Settings in which `${NAME}` is not replaced, since it has a meaning of its own in a shell, in JavaScript and in
 * patterns.
 */
const NOT_EXPANDED = [
  ['hooks'],
  ['stopCommand'],
  ['deploy', 'healthCommand'],
  ['healthCheck', 'command'],
  ['healthCheck', 'script'],
  ['healthCheck', 'outputPattern'],
].map((keys) => keys.join('.'))

export interface Expansion {
  lookup: Lookup
  /** Collects the original texts that had variables, by `keyOf` their path. */
  templates: Map<string, string>
  /** Place of the whole that paths are relative to. */
  place: Place
  /** Whether it is a process, in which some settings may have references. */
  ofProcess?: boolean
}

/** Replaces the variables in all texts of `value`, which is at `path` of a process or block. Throws a `config` error. */
export function expand(value: unknown, path: PropertyKey[], expansion: Expansion): unknown {
  if (NOT_EXPANDED.includes(path.join('.'))) return value
  if (typeof value === 'string') return hasVariables(value) ? expandText(value, path, expansion) : value
  if (Array.isArray(value)) return value.map((inner, index) => expand(inner, [...path, index], expansion))
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object)
  return Object.fromEntries(entries.map(([key, inner]) => [key, expand(inner, [...path, key], expansion)]))
}

function expandText(text: string, path: PropertyKey[], { lookup, templates, place, ofProcess }: Expansion): string {
  templates.set(keyOf(path), text)
  const references = ofProcess === true && takesReferences(path)
  const refuse = (predicate: string) => configErrorAt(within(place, ...path), predicate)
  return interpolate(text, { lookup, references, refuse })
}
