import { keyOf } from './check.ts'
import { hasVariables, interpolate, type Lookup } from './interpolate.ts'
import { type Place, refusalAt, within } from './place.ts'

/** Texts that others read, which know `${NAME}` themselves (a shell, JavaScript) or mean something else by it (a pattern). */
const LITERAL = [
  ['hooks'],
  ['healthCheck', 'command'],
  ['healthCheck', 'script'],
  ['healthCheck', 'outputPattern'],
].map((keys) => keys.join('.'))

export interface Expansion {
  lookup: Lookup
  /** Is given the texts that had variables, by `keyOf` their path. */
  templates: Map<string, string>
  /** Where the whole was written that the paths begin at. */
  place: Place
}

/** `value`, a part at `path` of a process or block, with the variables of all its texts replaced. Throws a `config` error. */
export function expand(value: unknown, path: PropertyKey[], expansion: Expansion): unknown {
  if (LITERAL.includes(path.join('.'))) return value
  if (typeof value === 'string') return hasVariables(value) ? expandText(value, path, expansion) : value
  if (Array.isArray(value)) return value.map((inner, index) => expand(inner, [...path, index], expansion))
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object)
  return Object.fromEntries(entries.map(([key, inner]) => [key, expand(inner, [...path, key], expansion)]))
}

function expandText(text: string, path: PropertyKey[], { lookup, templates, place }: Expansion): string {
  templates.set(keyOf(path), text)
  return interpolate(text, { lookup, refuse: (predicate) => refusalAt(within(place, ...path), predicate) })
}
