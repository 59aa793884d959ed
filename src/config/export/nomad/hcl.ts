/* How jobs of Nomad are written. There is no library for writing HCL. */

export type Value = string | number | boolean | readonly Value[]
/** A value that is written as it is: it has references in it, or is a text of several lines. */
export interface Raw {
  raw: string
}
/** `attributes` that are undefined are left out, as blocks are. */
export interface Block {
  type: string
  labels?: string[]
  attributes?: Record<string, Value | Raw | undefined>
  blocks?: (Block | undefined)[]
}

/** A block as `nomad fmt` writes it, with the `=` of its attributes in one column. */
export function hcl({ type, labels = [], attributes = {}, blocks = [] }: Block, depth = 0): string {
  const indent = '  '.repeat(depth)
  const head = [type, ...labels.map(quoted)].join(' ')
  const entries = Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  const inner = blocks.filter((block) => block !== undefined).map((block) => hcl(block, depth + 1))
  if (entries.length === 0 && inner.length === 0) return `${indent}${head} {}\n`
  const width = Math.max(0, ...entries.map(({ name }) => name.length))
  const lines = entries.map(({ name, value }) => `${indent}  ${name.padEnd(width)} = ${valueText(value)}\n`)
  const parts = [...(lines.length > 0 ? [lines.join('')] : []), ...inner]
  return `${indent}${head} {\n${parts.join('\n')}${indent}}\n`
}

/** A text in quotes in which nothing is replaced. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1)
  return `"${inner.replace(/[$%](?=\{)/g, '$&$&')}"`
}

/** A text of several lines, in which nothing is replaced. Its lines begin at the margin. */
export function heredoc(lines: string[]): Raw {
  return { raw: ['<<EOF', ...lines.map((line) => line.replace(/[$%](?=\{)/g, '$&$&')), 'EOF'].join('\n') }
}

/** Whether a name can stand for an attribute of a block. Only a map takes any other. */
export function isAttribute(name: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(name)
}

/** A map, which takes any name. */
export function map(entries: Record<string, Value | Raw>): Raw {
  const parts = Object.entries(entries).map(([name, value]) => `${quoted(name)} = ${valueText(value)}`)
  return { raw: `{ ${parts.join(', ')} }` }
}

/** A text that is the value of a variable, followed by more. */
export function variable(name: string, more = ''): Raw {
  return { raw: `"\${${name}}${more}"` }
}

function valueText(value: Value | Raw): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  if ('raw' in value) return value.raw
  return `[${value.map(valueText).join(', ')}]`
}
