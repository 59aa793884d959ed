import * as z from 'zod/mini'
import { FILE_NAME, WINDOWS_DEVICE } from '../model/file-name.ts'
import { nearest } from '../model/nearest.ts'
import { SCHEDULE, scheduleProblem } from '../model/schedule.ts'

/**
 * The kinds of values that settings have. A message here says what would be right ("a list of strings"); `explain.ts`
 * adds where it is and what was found instead. A message of `refuse` is a whole predicate ("must not contain …").
 */

/** Longer timers overflow in every runtime and fire at once: 2^31 - 1 ms, about 24 days. */
const LONGEST_TIMER = 2_147_483_647

const refuse = <T>(wrong: (value: T) => boolean, predicate: string) =>
  z.refine<T>((value) => !wrong(value), { error: predicate })

export const text = (what: string) =>
  z.string(what).check(refuse((value) => value.includes('\0'), 'must not contain NUL'))
export const filled = (what: string) => text(what).check(z.minLength(1, what))
export const list = z.array(text('a string'), 'a list of strings')
export const flag = z.boolean('true or false')

export function whole(what: string, least: number, most: number) {
  const right = `a whole number${what} from ${least} to ${most}`
  return z.int(right).check(z.gte(least, right), z.lte(most, right))
}
export const wait = whole(' of milliseconds', 0, LONGEST_TIMER)
export const period = whole(' of milliseconds', 1, LONGEST_TIMER)
export const port = whole('', 1, 65_535)
export const count = whole('', 0, 1_000_000)
export const limit = (unit: string) => whole(` of ${unit}`, 1, 1_000_000_000)

export const exitCodes = z.array(whole('', 0, 255), 'a list of exit codes')

export const choice = <const T extends readonly string[]>(values: T) =>
  z.enum(values, `one of ${values.map((value) => `"${value}"`).join(', ')}`)

/**
 * An object of known settings; the message for an unknown one is the nearest known one, or else where it belongs (`others` by
 * key), or empty.
 */
export const settings = <T extends Record<string, z.ZodMiniType>>(shape: T, others: Record<string, string> = {}) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (nearest(issue.keys[0] ?? '', Object.keys(shape)) ?? others[issue.keys[0] ?? ''] ?? '')
        : 'an object of settings',
  })

/** An object that has no other settings than `shape`; their values are not looked at, but for those of `checked`. */
export const nothingBut = (shape: object, checked: Record<string, z.ZodMiniType> = {}) =>
  settings({ ...Object.fromEntries(Object.keys(shape).map((key) => [key, z.exactOptional(z.unknown())])), ...checked })

export const fileName = z
  .string('a string')
  .check(z.regex(FILE_NAME, 'up to 64 letters, digits, ".", "_" and "-", starting with a letter or digit'))
  .check(
    refuse((value) => WINDOWS_DEVICE.test(value), 'must not be the name of a Windows device, such as "con" or "nul"'),
  )

export const env = z.record(
  z.string().check(z.regex(/^[^=\0]+$/, 'names without "=" and NUL')),
  text('a string, such as "3000" in quotes'),
  'an object of strings',
)

/** Stands for the message of the part that is wrong. */
export const LIST_OR = 'a list, or something else'

/** Either a list or something else; `explain.ts` judges by what it looks like, so that a message is about the part that is wrong. */
export const listOr = <Element extends z.ZodMiniType, Other extends z.ZodMiniType>(element: Element, other: Other) =>
  z.union([z.array(element), other], LIST_OR)

export const textOrList = listOr(filled('a path'), filled('a path, or a list of paths'))

export const schedule = z.string(SCHEDULE).check(({ value, issues }) => {
  const problem = scheduleProblem(value, Date.now())
  if (problem === undefined) return
  const message = `must be ${SCHEDULE}, not ${JSON.stringify(value)}: ${problem}`
  issues.push({ code: 'custom', message, input: value })
})

/** Names as RFC 9110 has them; a line break in a value would begin another header. */
export const headers = z.record(
  z.string().check(z.regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'names of HTTP headers')),
  text('a string').check(
    refuse((value) => /[\r\n]|[^\t -~\u0080-\u00ff]/.test(value), 'must be text that an HTTP header can hold'),
  ),
  'an object of strings',
)

/** A RegExp's JSON form, see `wire.ts`. */
const wirePattern = z.pipe(
  z
    .strictObject({ source: z.string(), flags: z.string() })
    .check(z.refine(({ source, flags }) => compiles(source, flags))),
  z.transform(({ source, flags }) => new RegExp(source, flags)),
)
export const pattern = z.union([filled(''), z.instanceof(RegExp), wirePattern], 'a string or a regular expression')

function compiles(source: string, flags: string): boolean {
  try {
    return Boolean(new RegExp(source, flags))
  } catch {
    return false
  }
}
