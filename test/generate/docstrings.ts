import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../helpers/runtimes.ts'

export interface Docstring {
  /** Without the sentence about the default. */
  text: string
  /** As written: `1000`, `'restart'`, `everything in \`cwd\``. */
  default?: string
}

const source = readFileSync(join(REPOSITORY, 'src/model/config.ts'), 'utf8')

/** What the docstrings of an interface in `src/model/config.ts` say of its members, in their order; none: an empty text. */
export function docstringsOf(name: string): Map<string, Docstring> {
  const [, body] = new RegExp(`^(?:export )?interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source) ?? []
  if (body === undefined) throw new Error(`src/model/config.ts has no interface ${name}`)
  const members = body.matchAll(/(?: {2}\/\*\*([\s\S]*?)\*\/\n)? {2}(\$?\w+)\??: /g)
  return new Map([...members].map(([, comment = '', key = '']) => [key, parse(comment)]))
}

function parse(comment: string): Docstring {
  const whole = comment
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const [, text = whole, found] = /^(.*?)\s*\bDefault:? (.+)\.$/.exec(whole) ?? []
  return { text, ...(found !== undefined && { default: found }) }
}
