import { ProcessManagerError } from '../model/errors.ts'
import { shorten } from '../model/shorten.ts'

/** Where in which file a value was written, for messages. */
export interface Place {
  /** As shown to the user; absent: the value was given in code. */
  file?: string
  /** Path inside the file: `processes[1]`; empty: the whole of it. */
  path: string
}

/** Where settings were written, and what follows from that. */
export interface Source extends Place {
  /** Absolute folder that relative paths count from. */
  folder: string
  /** Whether `${NAME}` stands for a variable: so it does in data, while code has variables of its own. */
  variables: boolean
}

/** `sentence` with the file in front, as an error. */
export function refusal({ file }: Pick<Place, 'file'>, sentence: string): ProcessManagerError {
  const said = shorten(sentence)
  return new ProcessManagerError('config', file === undefined ? said : `${file}: ${said}`)
}

/** `processes[1]` and the keys `env`, `A.B` give `processes[1].env["A.B"]`. */
export function join(base: string, keys: readonly PropertyKey[]): string {
  let path = base
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`
    else if (!/^[\w$]+$/.test(String(key))) path += `[${JSON.stringify(String(key))}]`
    else path += path === '' ? String(key) : `.${String(key)}`
  }
  return path
}

/** The place of a part of what is at `place`. */
export function within<P extends Place>(place: P, ...keys: PropertyKey[]): P {
  return { ...place, path: join(place.path, keys) }
}

/** A sentence that begins with the place, as an error. */
export function refusalAt(place: Place, predicate: string): ProcessManagerError {
  return refusal(place, `${place.path === '' ? 'the config' : `\`${place.path}\``} ${predicate}`)
}
