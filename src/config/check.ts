import * as z from 'zod/mini'
import { explain } from './explain.ts'
import { type Place, refusal } from './place.ts'

/** The value as the schema returns it; throws a `config` error of one sentence that names the place and what would be right. */
export function check<T extends z.ZodMiniType>(schema: T, input: unknown, place: Place): z.output<T> {
  const result = z.safeParse(schema, withoutUndefined(input), { reportInput: true })
  if (result.success) return result.data
  throw refusal(place, explain(result.error.issues, place.path))
}

/** An undefined setting is an absent one: `env: { URL: process.env.URL }` is common and means "if there is one". */
function withoutUndefined(value: unknown): unknown {
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]))
}
