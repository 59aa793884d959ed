import * as z from 'zod/mini'
import { type HealthCheckConfig, type ProcessConfig, type ProcessManagerConfig, STOP_SIGNALS } from '../model/config.ts'
import { splitLine } from './command.ts'
import {
  choice,
  count,
  env,
  fileName,
  filled,
  flag,
  limit,
  list,
  pattern,
  period,
  settings,
  text,
  wait,
  whole,
} from './values.ts'

/** The one schema of what people write, and every default. How its messages are worded: `values.ts`. */

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
