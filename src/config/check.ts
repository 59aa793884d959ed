import * as z from 'zod/mini'
import { dataLimitProblem } from './data-limits.ts'
import { explain, type LocationOf } from './explain.ts'
import { configErrorAt, type Place } from './place.ts'

/**
 * Validates a value, and returns it as the schema outputs it. Throws a `config` error: one sentence with the place and
 * what would be right.
 */
export function check<T extends z.ZodMiniType>(schema: T, input: unknown, place: Place): z.output<T> {
  return checkExpanded(schema, { value: input, templates: new Map(), placeOf: () => place })
}

export interface Expanded {
  value: unknown
  /** The original texts of the parts in which variables were replaced, by `keyOf` their path. */
  templates: Map<string, string>
  /** Place of the declaration that contains the part at this path. */
  placeOf(keys: readonly PropertyKey[]): Place
}

export const keyOf = (path: readonly PropertyKey[]): string => JSON.stringify(path)

/**
 * `check` for a value that comes from several places. An error names the place of the invalid part, and shows no
 * variable's value.
 */
export function checkExpanded<T extends z.ZodMiniType>(
  schema: T,
  { value, templates, placeOf }: Expanded,
): z.output<T> {
  const problem = dataLimitProblem(value)
  if (problem !== undefined) throw configErrorAt(placeOf([]), problem)
  const input = withoutUndefined(value)
  const first = z.safeParse(schema, input, { reportInput: true })
  if (first.success) return first.data
  const literal = first.error.issues.filter(({ path }) => readLiteral(input, path, templates.has(keyOf(path))))
  const second = literal.length > 0 ? z.safeParse(schema, input, { reportInput: true }) : first
  if (second.success) return second.data
  const locationOf: LocationOf = (keys) => {
    const template = templates.get(keyOf(keys))
    return { place: placeOf(keys), ...(template !== undefined && { template }) }
  }
  throw explain(second.error.issues, locationOf)
}

/**
 * Converts a text to the number or boolean that it spells, in place, if it comes from a variable, or is spelt as no text in quotes would
 * be, such as `1_000` (see `parseYamlAsWritten`).
 */
function readLiteral(root: unknown, path: readonly PropertyKey[], isVariable: boolean): boolean {
  const owner = path.slice(0, -1).reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], root)
  const key = path.at(-1)
  if (key === undefined) return false
  const parts = owner as Record<PropertyKey, unknown>
  const text = parts[key]
  if (typeof text !== 'string') return false
  const number = /^[-+.]?\d/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN
  const value = /^(?:true|false)$/i.test(text) ? /^t/i.test(text) : number
  if (Number.isNaN(value) || (String(value) === text && !isVariable)) return false
  parts[key] = value
  return true
}

/** A copy without undefined settings, since `env: { URL: process.env.URL }` is common and means "if it is set". */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]))
}
