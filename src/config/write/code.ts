import type { Variable } from '../placeholders.ts'

/** Longest line in columns. */
const WIDTH = 100

/** The parts of the text at this path, which become a template literal if one of them is a variable. */
export type PartsOf = (text: string, path: readonly string[]) => readonly (string | Variable)[]

/** JavaScript for a JSON value in common style: single quotes, keys unquoted if possible, short objects in one line. */
export function code(
  value: unknown,
  partsOf: PartsOf = (text) => [text],
  depth = 0,
  path: readonly string[] = [],
): string {
  if (typeof value === 'string') return textOf(partsOf(value, path))
  if (typeof value !== 'object' || value === null) return String(value)
  const list = Array.isArray(value)
  const parts = Object.entries(value).map(([key, inner]) => {
    const text = code(inner, partsOf, depth + 1, [...path, key])
    return list ? text : `${keyOf(key)}: ${text}`
  })
  const [open, close] = list ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return open + close
  const space = list ? '' : ' '
  const line = `${open}${space}${parts.join(', ')}${space}${close}`
  if (depth > 0 && !line.includes('\n') && line.length + 2 * depth <= WIDTH - 20) return line
  const indent = '  '.repeat(depth + 1)
  return `${open}\n${parts.map((part) => `${indent}${part},\n`).join('')}${'  '.repeat(depth)}${close}`
}

function keyOf(key: string): string {
  // Plain, it would set the prototype.
  if (key === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)
}

function quoted(text: string): string {
  // JSON and JavaScript have the same escapes, but other quotes.
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return text.includes("'") && !text.includes('"') ? JSON.stringify(text) : `'${inner.replaceAll("'", "\\'")}'`
}

function textOf(parts: readonly (string | Variable)[]): string {
  if (parts.every((part) => typeof part === 'string')) return quoted(parts.join(''))
  const [only, ...others] = parts
  if (typeof only === 'object' && others.length === 0) return expressionOf(only)
  const inner = parts.map((part) =>
    typeof part === 'string'
      ? part.replace(/[\\`]|\$\{/g, (special) => `\\${special}`)
      : `\${${expressionOf({ fallback: '', ...part })}}`,
  )
  return `\`${inner.join('')}\``
}

/** A variable that is not set is undefined, which counts as absent. */
function expressionOf({ name, fallback }: Variable): string {
  return fallback === undefined ? `process.env.${name}` : `process.env.${name} || ${quoted(fallback)}`
}
