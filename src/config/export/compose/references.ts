import type { ExportedProcess, SecretText } from '../types.ts'

/**
 * Names by which a compose file asks for secrets of its services: `${DB_PASSWORD:?}`. All services share these names, so a name
 * that has another value elsewhere gets that of its service in front.
 */
export class References {
  readonly #names = new Map<string, string>()

  constructor(processes: ExportedProcess[]) {
    const owners = new Map<string, { value: string | undefined; isShared: boolean }>()
    for (const { secrets, config } of processes) {
      for (const variable of secrets) {
        const value = config.env[variable]
        const known = owners.get(variable)
        const isSame = known === undefined || (value !== undefined && known.value === value)
        owners.set(variable, { value, isShared: (known?.isShared ?? true) && isSame })
      }
    }
    for (const { name, secrets } of processes) {
      for (const variable of secrets) {
        const prefix = owners.get(variable)?.isShared ? '' : `${name.replace(/\W/g, '_').toUpperCase()}_`
        this.#names.set(`${name} ${variable}`, prefix + variable.replace(/\W/g, '_'))
      }
    }
  }

  /** Name of the variable that holds a secret when the file is used. */
  nameOf({ name }: ExportedProcess, variable: string): string {
    return this.#names.get(`${name} ${variable}`) ?? variable
  }

  /** A text with its references. A `$` of its own is doubled. */
  text(process: ExportedProcess, parts: SecretText): string {
    return parts
      .map((part) => (typeof part === 'string' ? literal(part) : `\${${this.nameOf(process, part.variable)}:?}`))
      .join('')
  }
}

/** A text in which compose replaces nothing. */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$')
}
