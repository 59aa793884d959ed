import { isAbsolute, join } from 'node:path'
import * as z from 'zod/mini'
import { listOr, text, whole } from '../values.ts'

/** Kinds of values in foreign files. How messages are worded: `../values.ts`. */

/** A whole number, also as text, which PM2's files and the variables of others often have. */
export function number(what: string, least: number, most: number) {
  const asNumber = z.transform((value: unknown) =>
    typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
  )
  return z.pipe(asNumber, whole(what, least, most))
}

export const milliseconds = number(' of milliseconds', 0, 2_147_483_647)

/** One text, or a list of them. */
export const texts = listOr(text('a string'), text('a string or a list of strings'))

/** What an environment can be made of. */
export const variables = z.record(z.string(), z.unknown(), 'an object of variables')

/** Drops what is undefined: an absent setting is not the same as an undefined one. */
export function defined<T extends object>(settings: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never
}

/** A path with `~` for the home folder, seen from `folder` (which is itself relative to the file's). */
export function pathFrom(folder: string | undefined, path: string, home: string): string {
  const full = withHome(path, home)
  return isAbsolute(full) || folder === undefined ? full : join(folder, full)
}

export function withHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}
