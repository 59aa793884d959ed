import { isAbsolute, join } from 'node:path'
import * as z from 'zod/mini'
import { flag, integer, listOr, text } from '../values.ts'
import type { ImportContext } from './types.ts'

/** Schemas of values in files of other tools. `../values.ts` explains how messages are worded. */

/** A whole number, or a text of one, as in many PM2 files and in variables. */
export function number(what: string, least: number, most: number) {
  const asNumber = z.transform((value: unknown) =>
    typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
  )
  return z.pipe(asNumber, integer(what, least, most))
}

export const milliseconds = number(' of milliseconds', 0, 2_147_483_647)

/** A text, or a number or boolean that is meant as one. */
export function scalar(what: string) {
  const asText = z.transform((value: unknown) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  )
  return z.pipe(asText, text(what))
}

/** True or false, also in quotes. */
export const switched = z.pipe(
  z.transform((value: unknown) => (value === 'true' || value === 'false' ? value === 'true' : value)),
  flag,
)

/** One text, or a list of them. */
export const texts = listOr(text('a string'), text('a string or a list of strings'))

/** Variables of an environment, with values of any type. */
export const variables = z.record(z.string(), z.unknown(), 'an object of variables')

/** Drops undefined settings, since exact optional properties must be absent. */
export function defined<T extends object>(settings: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never
}

/** A path relative to `folder`, which is itself relative to the folder of the file. `~` is the home folder. */
export function pathFrom(
  folder: string | undefined,
  path: string,
  { home, placeholders, env }: Pick<ImportContext, 'home' | 'placeholders' | 'env'>,
): string {
  const full = withHome(path, home)
  return isAbsolute(placeholders.reveal(full, env)) || folder === undefined ? full : join(folder, full)
}

export function withHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}
