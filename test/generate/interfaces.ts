import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../helpers/runtimes.ts'

/* Reads types from the sources. Formatting is enforced, so that line-anchored patterns are enough: no parser is needed. */

export interface Member extends Docstring {
  key: string
  isOptional: boolean
  /** As written: `string[]`. */
  type: string
}

export interface Docstring {
  /** Without the sentence about the default. */
  text: string
  /** As written: `1000`, `'restart'`, `everything in \`cwd\``. */
  default?: string
}

export interface Interface {
  text: string
  /** Names of what it extends. */
  parents: string[]
  /** Without those of its parents. */
  own: Member[]
  /** With those of its parents, which come first. */
  members: Member[]
}

const source = ['src/model', 'src/protocol']
  .flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(REPOSITORY, folder, name), 'utf8')),
  )
  .join('\n')

/** Undefined: there is no interface of this name. */
export function interfaceOf(name: string): Interface | undefined {
  const pattern = new RegExp(
    `^(?:/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n)?(?:export )?interface ${name}(?:<[^{>]*>)?(?:\\s+extends ([^{]*))? \\{\\n([\\s\\S]*?)^\\}`,
    'm',
  )
  const found = pattern.exec(source)
  if (!found) return undefined
  const [, comment = '', extended = '', body = ''] = found
  const parents = extended.split(', ').filter((parent) => interfaceOf(parent))
  const own = membersOf(body)
  const inherited = parents.flatMap((parent) => interfaceOf(parent)?.members ?? [])
  return { text: plain(comment), parents, own, members: [...inherited, ...own] }
}

/** The texts that a type may be; undefined: it is no such type. */
export function choicesOf(name: string): string[] | undefined {
  const [, type = ''] = new RegExp(`^export type ${name} =([^\\n]*(?:\\n {2}\\|[^\\n]*)*)`, 'm').exec(source) ?? []
  const [, list] = /^ \(typeof (\w+)\)\[number\]/.exec(type) ?? []
  const choices =
    list === undefined ? type : (new RegExp(`^export const ${list} = \\[([^\\]]*)\\]`, 'm').exec(source)?.[1] ?? '')
  const words = [...choices.matchAll(/'([^']*)'/g)].map(([, word = '']) => word)
  return words.length > 0 && choices.replace(/'[^']*'|[\s|,]/g, '') === '' ? words : undefined
}

/** The sentences of a comment, in one line. */
export function plain(comment: string): string {
  return comment
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

function membersOf(body: string): Member[] {
  const members = body.matchAll(/(?: {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {2}(\$?\w+)(\??): (.*)\n/g)
  return [...members].map(([, comment = '', key = '', mark, type = '']) => ({
    key,
    isOptional: mark === '?',
    type,
    ...docstringOf(comment),
  }))
}

function docstringOf(comment: string): Docstring {
  const whole = plain(comment)
  const [, text = whole, found] = /^(.*?)\s*\bDefault:? (.+)\.$/.exec(whole) ?? []
  return { text, ...(found !== undefined && { default: found }) }
}
