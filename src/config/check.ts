import * as z from 'zod/mini'
import { explain, type SpotOf } from './explain.ts'
import { extentProblem } from './extent.ts'
import { type Place, refusalAt } from './place.ts'

/** The value as the schema returns it; throws a `config` error of one sentence that names the place and what would be right. */
export function check<T extends z.ZodMiniType>(schema: T, input: unknown, place: Place): z.output<T> {
  return checkExpanded(schema, { value: input, templates: new Map(), placeOf: () => place })
}

export interface Expanded {
  value: unknown
  /** The texts whose variables were replaced in it, as they were, by `keyOf` their path. */
  templates: Map<string, string>
  /** Where the whole was written that a path begins at. */
  placeOf(keys: readonly PropertyKey[]): Place
}

export const keyOf = (path: readonly PropertyKey[]): string => JSON.stringify(path)

/** `check` of what was put together: a message names the place of the part that is wrong, and shows no variable's value. */
export function checkExpanded<T extends z.ZodMiniType>(
  schema: T,
  { value, templates, placeOf }: Expanded,
): z.output<T> {
  const problem = extentProblem(value)
  if (problem !== undefined) throw refusalAt(placeOf([]), problem)
  const input = withoutUndefined(value)
  const first = z.safeParse(schema, input, { reportInput: true })
  if (first.success) return first.data
  const literal = first.error.issues.filter(({ path }) => templates.has(keyOf(path)) && readLiteral(input, path))
  const second = literal.length > 0 ? z.safeParse(schema, input, { reportInput: true }) : first
  if (second.success) return second.data
  const spotOf: SpotOf = (keys) => {
    const template = templates.get(keyOf(keys))
    return { place: placeOf(keys), ...(template !== undefined && { template }) }
  }
  throw explain(second.error.issues, spotOf)
}

/** Where a number or a boolean belongs, text that came from a variable is read as one, in place. */
function readLiteral(root: unknown, path: readonly PropertyKey[]): boolean {
  const owner = path.slice(0, -1).reduce((value, key) => (value as Record<PropertyKey, unknown>)[key], root)
  const key = path.at(-1)
  if (key === undefined) return false
  const parts = owner as Record<PropertyKey, unknown>
  const text = parts[key]
  if (typeof text !== 'string' || !/^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/.test(text)) return false
  parts[key] = JSON.parse(text)
  return true
}

/** A copy. An undefined setting is an absent one: `env: { URL: process.env.URL }` is common and means "if there is one". */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]))
}
