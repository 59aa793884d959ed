import * as z from 'zod/mini'
import { type HealthCheckConfig, type ProcessConfig, type ProcessManagerConfig, STOP_SIGNALS } from '../model/config.ts'
import { nearest } from '../model/nearest.ts'
import { splitLine } from './command.ts'

/**
 * The one schema of what people write. A message here says what would be right ("a list of strings"); `explain.ts` adds
 * where it is and what was found instead. A message of `refuse` is a whole predicate ("must not contain …").
 */

/** What a setting is when neither the process nor the manager says. */
export const DEFAULTS = {
  autostart: false,
  autorestart: true,
  restartDelay: 1000,
  maxRestarts: 10,
  stopSignal: 'SIGTERM',
  stopTimeout: 5000,
  minUptime: 300,
} as const satisfies Partial<ProcessConfig>

/** Longer timers overflow in every runtime and fire at once: 2^31 - 1 ms, about 24 days. */
const LONGEST_TIMER = 2_147_483_647

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

const refuse = <T>(wrong: (value: T) => boolean, predicate: string) =>
  z.refine<T>((value) => !wrong(value), { error: predicate })

const text = (what: string) => z.string(what).check(refuse((value) => value.includes('\0'), 'must not contain NUL'))
const filled = (what: string) => text(what).check(z.minLength(1, what))
const list = z.array(text('a string'), 'a list of strings')
const flag = z.boolean('true or false')

function whole(what: string, least: number, most: number) {
  const right = `a whole number${what} from ${least} to ${most}`
  return z.int(right).check(z.gte(least, right), z.lte(most, right))
}
const wait = whole(' of milliseconds', 0, LONGEST_TIMER)
const period = whole(' of milliseconds', 1, LONGEST_TIMER)
const count = whole('', 0, 1_000_000)
const limit = (unit: string) => whole(` of ${unit}`, 1, 1_000_000_000)

const choice = <const T extends readonly string[]>(values: T) =>
  z.enum(values, `one of ${values.map((value) => `"${value}"`).join(', ')}`)

/** An object of known settings; the message for an unknown one is the nearest known one, or empty. */
const settings = <T extends Record<string, z.ZodMiniType>>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (nearest(issue.keys[0] ?? '', Object.keys(shape)) ?? '')
        : 'an object of settings',
  })

const fileName = z
  .string('a string')
  .check(z.regex(NAME, 'up to 64 letters, digits, ".", "_" and "-", starting with a letter or digit'))
  .check(
    refuse((value) => WINDOWS_DEVICE.test(value), 'must not be the name of a Windows device, such as "con" or "nul"'),
  )

const env = z.record(
  z.string().check(z.regex(/^[^=\0]+$/, 'names without "=" and NUL')),
  text('a string, such as "3000" in quotes'),
  'an object of strings',
)

/** A RegExp's JSON form, see `wire.ts`. */
const wirePattern = z.pipe(
  z
    .strictObject({ source: z.string(), flags: z.string() })
    .check(z.refine(({ source, flags }) => compiles(source, flags))),
  z.transform(({ source, flags }) => new RegExp(source, flags)),
)
const pattern = z.union([filled(''), z.instanceof(RegExp), wirePattern], 'a string or a regular expression')

function compiles(source: string, flags: string): boolean {
  try {
    return Boolean(new RegExp(source, flags))
  } catch {
    return false
  }
}

const autorestart = z.union([z.boolean(), z.literal('on-failure')], 'true, false or "on-failure"')

const healthShape = {
  type: choice(['output', 'http', 'tcp', 'script']),
  outputPattern: z.exactOptional(pattern),
  url: z.exactOptional(text('a string').check(z.regex(/^https?:\/\/[^/\s]/i, 'an http:// or https:// address'))),
  method: z.exactOptional(choice(['GET', 'POST', 'HEAD'])),
  host: z.exactOptional(filled('a host name or address')),
  port: z.exactOptional(whole('', 1, 65_535)),
  script: z.exactOptional(filled('JavaScript source')),
  interval: z.exactOptional(period),
  timeout: z.exactOptional(period),
  retries: z.exactOptional(count),
  startPeriod: z.exactOptional(wait),
} satisfies Record<keyof HealthCheckConfig, z.ZodMiniType>

/** The setting that each type of health check cannot do without. */
const NEEDED = { output: 'outputPattern', http: 'url', tcp: 'port', script: 'script' } as const

const healthCheck = settings(healthShape).check(({ value, issues }) => {
  const key = NEEDED[value.type]
  if (value[key] !== undefined) return
  const message = `is missing: a health check of type "${value.type}" needs it`
  issues.push({ code: 'custom', path: [key], message, input: value })
})

const processShape = {
  name: fileName,
  command: text('a program or a command line').check(z.regex(/\S/, 'a program or a command line')),
  args: z.exactOptional(list),
  cwd: z.exactOptional(filled('a folder')),
  env: z.exactOptional(env),
  autostart: z.exactOptional(flag),
  autorestart: z.exactOptional(autorestart),
  restartDelay: z.exactOptional(wait),
  maxRestarts: z.exactOptional(count),
  stopSignal: z.exactOptional(choice(STOP_SIGNALS)),
  stopTimeout: z.exactOptional(wait),
  minUptime: z.exactOptional(wait),
  watch: z.exactOptional(flag),
  watchPaths: z.exactOptional(list),
  ignoreWatch: z.exactOptional(list),
  watchDebounce: z.exactOptional(wait),
  logFile: z.exactOptional(filled('a file')),
  errorFile: z.exactOptional(filled('a file')),
  maxMemory: z.exactOptional(limit('MB')),
  maxCpu: z.exactOptional(limit('percent')),
  group: z.exactOptional(fileName),
  interpreter: z.exactOptional(filled('a program')),
  healthCheck: z.exactOptional(healthCheck),
  persist: z.exactOptional(flag),
} satisfies Record<keyof ProcessConfig, z.ZodMiniType>

export const processSchema = settings(processShape).check(({ value, issues }) => {
  const { command, args } = value
  if (args !== undefined || splitLine(command) !== undefined) return
  const message = 'must be a program or a command line with every quote closed'
  issues.push({ code: 'custom', path: ['command'], message, input: value })
})

const managerShape = {
  tuixDir: z.exactOptional(filled('a folder')),
  autoRestart: z.exactOptional(autorestart),
  maxRestarts: z.exactOptional(count),
  restartDelay: z.exactOptional(wait),
  /** Each is checked on its own, so that a message can name it. */
  processes: z.exactOptional(z.array(z.unknown(), 'a list of processes')),
  /** Editors' pointer to a JSON schema. */
  $schema: z.exactOptional(z.string('a string')),
} satisfies Record<keyof ProcessManagerConfig | '$schema', z.ZodMiniType>

/** A `processManager` block, and the object of a `processes.json`. */
export const managerSchema = settings(managerShape)
