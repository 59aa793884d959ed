/** Columns that a line may take. */
const WIDTH = 100

/** Says whether the text at this path names variables, as `${NAME:-default}`; then it becomes a template. */
export type IsLive = (path: readonly string[]) => boolean

/** A value of JSON as JavaScript, in the usual style: single quotes, no needless quotes of keys, short objects in a line. */
export function code(value: unknown, isLive: IsLive = () => false, depth = 0, path: readonly string[] = []): string {
  if (typeof value === 'string') return isLive(path) ? template(value) : quoted(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const list = Array.isArray(value)
  const parts = Object.entries(value).map(([key, inner]) => {
    const text = code(inner, isLive, depth + 1, [...path, key])
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
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)
}

function quoted(text: string): string {
  // JSON's escapes are JavaScript's; only the quotes differ.
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return text.includes("'") && !text.includes('"') ? JSON.stringify(text) : `'${inner.replaceAll("'", "\\'")}'`
}

/** `http://${HOST:-}/` as a template that takes the variable from the environment. */
function template(text: string): string {
  const parts = text.split(/(\$\{\w+:-[^}]*\})/)
  const inner = parts.map((part) => {
    const [, name, otherwise = ''] = /^\$\{(\w+):-([^}]*)\}$/.exec(part) ?? []
    if (name !== undefined) return `\${process.env.${name} || ${quoted(otherwise)}}`
    return part.replaceAll('$${', '${').replace(/[\\`]|\$\{/g, (special) => `\\${special}`)
  })
  return `\`${inner.join('')}\``
}
