import * as z from 'zod/mini'
import { FILE_NAME, WINDOWS_DEVICE } from '../model/config/file-name.ts'
import { timeOf } from '../model/config/units.ts'
import { isTimezone, SCHEDULE, scheduleProblem, TIMEZONE } from '../model/lifecycle/schedule.ts'
import { nearest } from '../model/text/text.ts'

/**
 * Schemas of the values of settings. A message says what would be right ("a list of strings"); `explain.ts` adds the
 * place and what was found. A message of `reject` is a whole predicate ("must not contain …").
 */

/** Longest timer, 2^31 - 1 ms or about 24 days. Longer ones overflow in every runtime and fire at once. */
export const LONGEST_TIMER = 2_147_483_647

const reject = <T>(wrong: (value: T) => boolean, predicate: string) =>
  z.refine<T>((value) => !wrong(value), { error: predicate })

export const text = (what: string) =>
  z.string(what).check(reject((value) => value.includes('\0'), 'must not contain NUL'))
export const nonEmpty = (what: string) => text(what).check(z.minLength(1, what))
/** A path. What only a shell replaces would become the name of a folder. */
export const path = (what: string) =>
  nonEmpty(what).check(
    reject(
      (value) => /^~(?:\/|$)|^\$[A-Za-z_]/.test(value),
      `must not begin with \`~\` or \`$NAME\`, which only a shell replaces: write \`\${HOME}/…\`, or in code the whole path`,
    ),
  )
/** What reads or writes the streams of the program itself that opens it. */
const OWN_STREAM = /^\/(?:dev\/(?:std(?:in|out|err)|fd\/\d+)|proc\/self\/fd\/\d+)$/
export const logPath = path('a file').check(
  reject(
    (value) => OWN_STREAM.test(value),
    'must not be a stream of the supervisor: leave it out, and `logs -f` or `supervisor run --logs` shows the output',
  ),
)
export const list = z.array(text('a string'), 'a list of strings')
/** A text, or a number or switch, which becomes one. */
const anyText = z.pipe(
  z.union(
    [
      text(''),
      z
        .number()
        .check(
          reject(
            (value) => Number.isInteger(value) && !Number.isSafeInteger(value),
            'must be in quotes, since it has more digits than a number can hold',
          ),
        ),
      z.boolean(),
    ],
    'a text, a number, true or false',
  ),
  z.transform((value) => String(value)),
)
export const words = z.array(anyText, 'a list of strings')
export const flag = z.boolean('true or false')

export function integer(what: string, least: number, most: number) {
  const right = `a whole number${what} from ${least} to ${most}`
  return z.int(right).check(z.gte(least, right), z.lte(most, right))
}
/** A number, or a text of this form, which becomes a number. */
function measured(
  what: string,
  least: number,
  most: number,
  form: RegExp,
  numberOf: (text: string) => number,
  such: string,
) {
  const right = `a whole number${what} from ${least} to ${most}, or ${such}`
  const read = z.pipe(z.string().check(z.regex(form)), z.transform(numberOf))
  return z.union([integer(what, least, most), z.pipe(read, integer(what, least, most))], right)
}

const time = (least: number, most = LONGEST_TIMER) =>
  measured(
    ' of milliseconds',
    least,
    most,
    /^(?:\d+(?:\.\d+)?\s*(?:ms|[smhd])\s*)+$/,
    (text) => timeOf(text) ?? Number.NaN,
    'a time such as "5s"',
  )

export const duration = time(0)
export const positiveDuration = time(1)

const amount = (text: string, units: Record<string, number>): number => {
  const [, count = '', unit = ''] = /^([\d.]+)\s*([a-zA-Z]+)$/.exec(text) ?? []
  return Math.round(Number(count) * (units[unit] ?? Number.NaN))
}

/** A size in MB. `giga`: how many MB are a GB. */
export const size = (most: number, giga: 1000 | 1024) =>
  measured(
    ' of MB',
    1,
    most,
    /^\d+(?:\.\d+)?\s*[MG]i?B?$/i,
    (text) => amount(text.toUpperCase().replace(/I?B?$/, ''), { M: 1, G: giga }),
    'a size such as "512M"',
  )
/** Of processes: a GB has 1024 MB. */
export const MEMORY = size(1_000_000_000, 1024)
export const port = integer('', 1, 65_535)
export const count = integer('', 0, 1_000_000)
export const restartLimit = z.union([count, z.literal('unlimited')], 'a whole number from 0 to 1000000, or "unlimited"')
export const limit = (unit: string) => integer(` of ${unit}`, 1, 1_000_000_000)

export const exitCodes = z.array(integer('', 0, 255), 'a list of exit codes')

export const choice = <const T extends readonly string[]>(values: T) =>
  z.enum(values, `one of ${values.map((value) => `"${value}"`).join(', ')}`)

/**
 * An object of known settings. The message for an unknown key is a hint: what `words` says of it, or the path that was
 * probably meant, which is what `pathOf` says, or the nearest known key. Without such a path it is empty.
 */
export const settings = <T extends Record<string, z.ZodMiniType>>(
  shape: T,
  pathOf: (key: string, value: unknown) => string | undefined = () => undefined,
  words: Record<string, string> = {},
) =>
  z.strictObject(shape, {
    error(issue) {
      if (issue.code !== 'unrecognized_keys') return 'an object of settings'
      const [key = ''] = issue.keys
      if (Object.hasOwn(words, key)) return `; ${words[key]}`
      const meant = pathOf(key, (issue.input as Record<string, unknown>)[key]) ?? nearest(key, Object.keys(shape))
      return meant === undefined ? '' : `; did you mean \`${meant}\`?`
    },
  })

/** An object with no other keys than those of `shape`. Only the values in `checked` are validated. */
export const onlyKeys = (shape: object, words: Record<string, string>, checked: Record<string, z.ZodMiniType> = {}) =>
  settings(
    { ...Object.fromEntries(Object.keys(shape).map((key) => [key, z.exactOptional(z.unknown())])), ...checked },
    undefined,
    words,
  )

export const fileName = z
  .string('a string')
  .check(z.regex(FILE_NAME, 'up to 64 letters, digits, ".", "_" and "-", starting with a letter or digit'))
  .check(
    reject((value) => WINDOWS_DEVICE.test(value), 'must not be the name of a Windows device, such as "con" or "nul"'),
  )

export const env = z.record(
  z.string().check(z.regex(/^[^=\0]+$/, 'names without "=" and NUL')),
  anyText,
  'an object of texts',
)

/**
 * A list or another value. Which of the two was meant is decided by the input (`explain.ts`), so that a message is
 * about the invalid part.
 */
export const listOr = <Element extends z.ZodMiniType, Other extends z.ZodMiniType>(element: Element, other: Other) =>
  z.union([z.array(element), other])

export const textOrList = listOr(path('a path'), path('a path, or a list of paths'))

export const schedule = z.string(SCHEDULE).check(({ value, issues }) => {
  const problem = scheduleProblem(value, Date.now())
  if (problem === undefined) return
  const message = `must be ${SCHEDULE}, not ${JSON.stringify(value)}: ${problem}`
  issues.push({ code: 'custom', message, input: value })
})

export const timezone = z
  .string(TIMEZONE)
  .check(z.refine((value) => isTimezone(value), { error: `must be ${TIMEZONE}` }))

/** HTTP headers, with names by RFC 9110. A line break in a value would begin another header. */
export const headers = z.record(
  z.string().check(z.regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'names of HTTP headers')),
  text('a string').check(
    reject((value) => /[\r\n]|[^\t -~\u0080-\u00ff]/.test(value), 'must be text that an HTTP header can hold'),
  ),
  'an object of strings',
)

/** The JSON form of a RegExp, see `wire.ts`. */
const wirePattern = z.pipe(
  z
    .strictObject({ source: z.string(), flags: z.string() })
    .check(z.refine(({ source, flags }) => compiles(source, flags))),
  z.transform(({ source, flags }) => new RegExp(source, flags)),
)
export const pattern = z.union([nonEmpty(''), z.instanceof(RegExp), wirePattern], 'a string or a regular expression')

function compiles(source: string, flags: string): boolean {
  try {
    return Boolean(new RegExp(source, flags))
  } catch {
    return false
  }
}
