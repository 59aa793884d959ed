import { isRecord } from '../config/shape.ts'

/** The values that each of some fields of a JSON line may have, by its path: `level`, `request.method`. */
export type JsonFields = Record<string, string[]>

/** A test of lines: whether one is a JSON object in which every field has one of its values, compared as text. */
export function jsonFieldTest(fields: JsonFields): (line: string) => boolean {
  const wanted = Object.entries(fields)
  return (line) => {
    const object = objectIn(line)
    return object !== undefined && wanted.every(([path, values]) => values.includes(textAt(object, path) ?? ''))
  }
}

/** As text: `level=error&request.method=GET`, written as the query of an address. */
export function jsonFieldsText(fields: JsonFields): string {
  const pairs = Object.entries(fields).flatMap(([path, values]) =>
    values.map((value): [string, string] => [path, value]),
  )
  return new URLSearchParams(pairs).toString()
}

/** The fields of such a text; undefined: it has none, or one without a value. */
export function jsonFieldsOf(text: string): JsonFields | undefined {
  const fields = new Map<string, string[]>()
  for (const [path, value] of new URLSearchParams(text)) {
    if (path === '' || value === '') return undefined
    fields.set(path, [...(fields.get(path) ?? []), value])
  }
  return fields.size > 0 ? Object.fromEntries(fields) : undefined
}

function objectIn(line: string): Record<string, unknown> | undefined {
  // Most lines are none, and an error takes long to make.
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The value at a path whose names may contain dots themselves. Undefined: there is none, or it is an object. */
function textAt(object: Record<string, unknown>, path: string): string | undefined {
  if (Object.hasOwn(object, path)) {
    const value = object[path]
    return typeof value === 'object' && value !== null ? undefined : String(value)
  }
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot)
    const inner = Object.hasOwn(object, name) ? object[name] : undefined
    const found = isRecord(inner) ? textAt(inner, path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
