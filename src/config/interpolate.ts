/** The value of a variable; throws where it must have one and has none. */
export type Lookup = (name: string) => string | undefined

export interface Interpolation {
  lookup: Lookup
  /** Makes an error of what is wrong with the text. */
  refuse(predicate: string): Error
}

/**
 * `text` with `${NAME}` and `${NAME:-default}` replaced; the latter's default counts for an unset or empty variable and may
 * have variables itself. `$${` is a plain `${`; any other `$` is itself.
 */
export function interpolate(text: string, interpolation: Interpolation): string {
  return scan(text, 0, { ...interpolation, level: 0, needed: true }).value
}

export const hasVariables = (text: string): boolean => text.includes('${')

const DEEPEST = 100

interface Scan extends Interpolation {
  /** Above 0: reading a default, which a closing brace ends, inside of so many variables. */
  level: number
  /** What an unused default needs may be missing. */
  needed: boolean
}

interface Scanned {
  value: string
  /** Index behind it. */
  end: number
}

function scan(text: string, start: number, options: Scan): Scanned {
  let value = ''
  let at = start
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      value += '${'
      at += 3
    } else if (text.startsWith('${', at)) {
      const variable = scanVariable(text, at, options)
      value += variable.value
      at = variable.end
    } else if (options.level > 0 && text[at] === '}') return { value, end: at }
    else value += text[at++]
  }
  if (options.level > 0) throw options.refuse('has a ${ that is not closed')
  return { value, end: at }
}

function scanVariable(text: string, start: number, options: Scan): Scanned {
  const [head, name = '', separator] = /^\$\{([A-Za-z_]\w*)(:-|\})/.exec(text.slice(start)) ?? []
  if (head === undefined) {
    throw options.refuse(
      `has a \${ that begins neither \${NAME} nor \${NAME:-default}; write $\${ for the characters themselves`,
    )
  }
  const given: unknown = options.lookup(name)
  // An environment is an object, which has a `constructor` too.
  const found = typeof given === 'string' ? given : undefined
  const end = start + head.length
  if (separator === '}') {
    if (found === undefined && options.needed) {
      throw options.refuse(`needs the variable ${name}, which is not set; \${${name}:-…} would give it a default`)
    }
    return { value: found ?? '', end }
  }
  const needed = options.needed && !found
  if (options.level >= DEEPEST) throw options.refuse(`has more than ${DEEPEST} defaults inside of each other`)
  const fallback = scan(text, end, { ...options, level: options.level + 1, needed })
  return { value: found || fallback.value, end: fallback.end + 1 }
}
