import type { Reference } from './references.ts'

/** Variables of a process. Undefined ones are ignored. */
export type Variables = Record<string, string | number | boolean | undefined>

/** What can be said of another process. Each is a text that stands for a value which only a start knows. */
export interface ProcessReferences {
  /** The port that it was given: its `port`, or the main one of its `ports`. */
  readonly port: string
  readonly host: string
  /** `http://HOST:PORT`. */
  readonly url: string
  /** Its named ports. */
  readonly ports: Readonly<Record<string, string>>
  /** The same as addresses. */
  readonly urls: Readonly<Record<string, string>>
}

/** Variables that refer to other processes, by their names. */
export type EnvironmentOf<Name extends string = string> = (
  processes: {
    readonly [Each in Name]: ProcessReferences
  },
) => Variables

/** The variables of an `env`. A function makes them, with references as texts. Throws what it throws. */
export function variablesIn(env: unknown): unknown {
  if (typeof env !== 'function') return env
  // An unknown name is found later, with those in other texts, when all processes are known.
  return (env as EnvironmentOf)(anyName(referencesTo))
}

function referencesTo(process: string): ProcessReferences {
  const text = (field: Reference['field']) => `\${{ ${process}.${field} }}`
  const named = (list: string) => anyName((port) => `\${{ ${process}.${list}.${port} }}`)
  return { port: text('port'), host: text('host'), url: text('url'), ports: named('ports'), urls: named('urls') }
}

/** An object that has every property. */
function anyName<Value>(valueFor: (name: string) => Value): Readonly<Record<string, Value>> {
  return new Proxy({}, { get: (_, name) => (typeof name === 'string' ? valueFor(name) : undefined) })
}
