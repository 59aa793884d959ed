import { ProcessManagerError } from '../model/errors.ts'
import { shorten } from '../model/text/text.ts'

/** Where a value was written, for messages. */
export interface Place {
  /** As shown to the user; absent if the value was given in code. */
  file?: string
  /** Path in the file, such as `processes[1]`; empty for the whole file. */
  path: string
}

/** Where settings were written, and how they are to be read. */
export interface Source extends Place {
  /** Absolute folder that relative paths are relative to. */
  folder: string
  /** Whether `${NAME}` is a variable. It is in data, but not in code, which has its own variables. */
  variables: boolean
}

/** A `config` error of `sentence`, with the file in front. */
export function configError({ file }: Pick<Place, 'file'>, sentence: string): ProcessManagerError {
  const text = shorten(sentence)
  return new ProcessManagerError('config', file === undefined ? text : `${file}: ${text}`)
}

/** Adds keys to a path: `processes[1]` with `env` and `A.B` gives `processes[1].env["A.B"]`. */
export function join(base: string, keys: readonly PropertyKey[]): string {
  let path = base
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`
    else if (!/^[\w$]+$/.test(String(key))) path += `[${JSON.stringify(String(key))}]`
    else path += path === '' ? String(key) : `.${String(key)}`
  }
  return path
}

/** The place of a part of the value at `place`. */
export function within<P extends Place>(place: P, ...keys: PropertyKey[]): P {
  return { ...place, path: join(place.path, keys) }
}

/** A `config` error whose subject is the place. */
export function configErrorAt(place: Place, predicate: string): ProcessManagerError {
  return configError(place, `${place.path === '' ? 'the config' : `\`${place.path}\``} ${predicate}`)
}
