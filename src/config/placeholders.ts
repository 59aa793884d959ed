/** A variable of the environment in a text that is written into a config. */
export interface Variable {
  name: string
  /** Its text where the variable is not set or empty. Absent: it must be set. */
  fallback?: string
}

const MARK = /__TUIX_VARIABLE_(\d+)__/

/**
 * Stand-ins for variables while a file is converted. A stand-in is a single word, so that it passes through everything
 * that reads a text, until the text is written with `${NAME}`.
 */
export class Placeholders {
  readonly #variables: Variable[] = []

  /** The stand-in for a variable. The same variable has the same one. */
  add(variable: Variable): string {
    const known = this.#variables.findIndex(
      ({ name, fallback }) => name === variable.name && fallback === variable.fallback,
    )
    const index = known < 0 ? this.#variables.push(variable) - 1 : known
    return `__TUIX_VARIABLE_${index}__`
  }

  /** The parts of a text, in order. */
  parts(text: string): (string | Variable)[] {
    return text
      .split(MARK)
      .map((part, index) => (index % 2 === 0 ? part : (this.#variables[Number(part)] ?? '')))
      .filter((part) => part !== '')
  }

  has(text: string): boolean {
    return hasVariables(text)
  }

  /** Names of the variables in all texts of a value. */
  namesIn(value: unknown): Set<string> {
    const names = new Set<string>()
    mapTexts(value, (text) => {
      for (const part of this.parts(text)) if (typeof part === 'object') names.add(part.name)
      return text
    })
    return names
  }

  /** The text with the values of the variables. */
  reveal(text: string, environment: Record<string, string | undefined>): string {
    const value = ({ name, fallback = '' }: Variable) =>
      (Object.hasOwn(environment, name) && environment[name]) || fallback
    return this.parts(text)
      .map((part) => (typeof part === 'string' ? part : value(part)))
      .join('')
  }

  /** `reveal` for every text in a value; keys stay. */
  revealAll<T>(value: T, environment: Record<string, string | undefined>): T {
    return mapTexts(value, (text) => this.reveal(text, environment))
  }
}

/** A copy of plain data with other texts. */
export function mapTexts<T>(
  value: T,
  change: (text: string, path: readonly string[]) => string,
  path: string[] = [],
): T {
  if (typeof value === 'string') return change(value, path) as T
  if (Array.isArray(value)) {
    return value.map((inner, index) => mapTexts(inner, change, [...path, String(index)])) as T
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const entries = Object.entries(value as object).map(([key, inner]) => [key, mapTexts(inner, change, [...path, key])])
  return Object.fromEntries(entries) as T
}

/** Whether a text has a stand-in for a variable. */
export const hasVariables = (text: string): boolean => MARK.test(text)
