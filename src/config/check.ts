import * as z from 'zod/mini'
import { ProcessManagerError } from '../model/errors.ts'
import { explain } from './explain.ts'

/** Where in which file a value was written, for messages. */
export interface Place {
  /** As shown to the user; absent: the value was given in code. */
  file?: string
  /** Path inside the file: `processes[1]`; empty: the whole of it. */
  path: string
}

/** The value as the schema returns it; throws a `config` error of one sentence that names the place and what would be right. */
export function check<T extends z.ZodMiniType>(schema: T, input: unknown, place: Place): z.output<T> {
  const result = z.safeParse(schema, withoutUndefined(input), { reportInput: true })
  if (result.success) return result.data
  throw refusal(place, explain(result.error.issues, place.path))
}

/** `sentence` with the file in front, as an error. */
export function refusal({ file }: Pick<Place, 'file'>, sentence: string): ProcessManagerError {
  return new ProcessManagerError('config', file === undefined ? sentence : `${file}: ${sentence}`)
}

/** An undefined setting is an absent one: `env: { URL: process.env.URL }` is common and means "if there is one". */
function withoutUndefined(value: unknown): unknown {
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]))
}
