import { escapeReferences } from '../model/config/references.ts'

/** The value of a variable; undefined if it is not set. */
export type Lookup = (name: string) => string | undefined

export interface Interpolation {
  lookup: Lookup
  /** Whether `${{ db.port }}` and its escape `$${{` stay, to be replaced at each start. Values of variables are escaped then. */
  references: boolean
  /** Makes an error for an invalid text. */
  refuse(predicate: string): Error
}

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a text. The default is used for an unset or empty variable, and may contain
 * variables itself. `$${` gives a plain `${`; any other `$` stays as it is.
 */
export function interpolate(text: string, interpolation: Interpolation): string {
  return scan(text, 0, { ...interpolation, level: 0, needed: true }).value
}

export const hasVariables = (text: string): boolean => text.includes('${')

const DEEPEST = 100

interface Scan extends Interpolation {
  /** Number of variables around the current default, which a closing brace ends; 0 outside of any. */
  level: number
  /** Whether variables must be set. Those in an unused default need not be. */
  needed: boolean
}

interface Scanned {
  value: string
  /** Index after it. */
  end: number
}

function scan(text: string, start: number, options: Scan): Scanned {
  let value = ''
  let at = start
  while (at < text.length) {
    if (options.references && text.startsWith('$${{', at)) {
      value += '$${{'
      at += 4
    } else if (text.startsWith('$${', at)) {
      value += '${'
      at += 3
    } else if (text.startsWith('${{', at)) {
      const end = text.indexOf('}}', at)
      if (!options.references) throw options.refuse('has a reference, but its value must be known without a start')
      if (end < 0) throw options.refuse('has a ${{ that is never closed; write $${{ for a literal ${{')
      value += text.slice(at, end + 2)
      at = end + 2
    } else if (text.startsWith('${', at)) {
      const variable = scanVariable(text, at, options)
      value += variable.value
      at = variable.end
    } else if (options.level > 0 && text[at] === '}') return { value, end: at }
    else value += text[at++]
  }
  if (options.level > 0) throw options.refuse('has a ${ that is never closed')
  return { value, end: at }
}

function scanVariable(text: string, start: number, options: Scan): Scanned {
  const [head, name = '', separator] = /^\$\{([A-Za-z_]\w*)(:-|\})/.exec(text.slice(start)) ?? []
  if (head === undefined) {
    throw options.refuse(`has a \${ that is not part of \${NAME} or \${NAME:-default}; write $\${ for a literal \${`)
  }
  const given: unknown = options.lookup(name)
  // An environment object also has inherited properties, such as `constructor`.
  const value = typeof given === 'string' ? given : undefined
  const found = value === undefined || !options.references ? value : escapeReferences(value)
  const end = start + head.length
  if (separator === '}') {
    if (found === undefined && options.needed) {
      throw options.refuse(`needs the variable ${name}, which is not set; use \${${name}:-…} for a default`)
    }
    return { value: found ?? '', end }
  }
  const needed = options.needed && !found
  if (options.level >= DEEPEST) throw options.refuse(`has more than ${DEEPEST} nested defaults`)
  const fallback = scan(text, end, { ...options, level: options.level + 1, needed })
  return { value: found || fallback.value, end: fallback.end + 1 }
}
