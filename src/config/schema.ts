import * as z from 'zod/mini'
import {
  DEPENDENCY_CONDITIONS,
  type HealthCheckConfig,
  type HooksConfig,
  type ProcessConfig,
  type ProcessManagerConfig,
  STOP_SIGNALS,
} from '../model/config.ts'
import { splitLine } from './command.ts'
import {
  choice,
  count,
  env,
  exitCodes,
  fileName,
  filled,
  flag,
  limit,
  list,
  listOr,
  pattern,
  period,
  port,
  schedule,
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
  watchDebounce: 300,
  memoryEvidence: false,
  ipc: false,
  instances: 1,
} as const satisfies Partial<ProcessConfig>

/** `watchPaths` of a process that watches and does not say what. */
export const WATCH_EVERYTHING = ['**/*']

const autorestart = z.union([z.boolean(), z.literal('on-failure')], 'true, false or "on-failure"')

const healthShape = {
  type: choice(['output', 'http', 'tcp', 'script']),
  outputPattern: z.exactOptional(pattern),
  url: z.exactOptional(text('a string').check(z.regex(/^https?:\/\/[^/\s]/i, 'an http:// or https:// address'))),
  method: z.exactOptional(choice(['GET', 'POST', 'HEAD'])),
  host: z.exactOptional(filled('a host name or address')),
  port: z.exactOptional(port),
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

const dependsOn = listOr(
  fileName,
  z.record(
    fileName,
    choice(DEPENDENCY_CONDITIONS),
    'a list of process names, or an object of names with what to wait for, such as { "db": "healthy" }',
  ),
)

const shellLine = text('a command line').check(z.regex(/\S/, 'a command line'))

const hooks = settings({
  onReady: z.exactOptional(shellLine),
  onCrash: z.exactOptional(shellLine),
  onRestart: z.exactOptional(shellLine),
  onStop: z.exactOptional(shellLine),
  onGiveUp: z.exactOptional(shellLine),
} satisfies Record<keyof HooksConfig, z.ZodMiniType>)

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
  stopExitCodes: z.exactOptional(exitCodes),
  watch: z.exactOptional(flag),
  watchPaths: z.exactOptional(list),
  ignoreWatch: z.exactOptional(list),
  watchDebounce: z.exactOptional(wait),
  logFile: z.exactOptional(filled('a file')),
  errorFile: z.exactOptional(filled('a file')),
  maxMemory: z.exactOptional(limit('MB')),
  maxCpu: z.exactOptional(limit('percent')),
  memoryEvidence: z.exactOptional(flag),
  port: z.exactOptional(z.union([port, z.literal('auto')], 'a port from 1 to 65535 or "auto"')),
  ipc: z.exactOptional(flag),
  instances: z.exactOptional(whole('', 1, 1000)),
  dependsOn: z.exactOptional(dependsOn),
  schedule: z.exactOptional(schedule),
  hooks: z.exactOptional(hooks),
  group: z.exactOptional(fileName),
  interpreter: z.exactOptional(filled('a program')),
  healthCheck: z.exactOptional(healthCheck),
  persist: z.exactOptional(flag),
} satisfies Record<keyof ProcessConfig, z.ZodMiniType>

export const processSchema = settings(processShape).check(({ value, issues }) => {
  const { name, command, args, dependsOn } = value
  const refuse = (key: keyof ProcessConfig, message: string) =>
    issues.push({ code: 'custom', path: [key], message, input: value })
  if (args === undefined && splitLine(command) === undefined)
    refuse('command', 'must be a program or a command line with every quote closed')
  if (dependsOn && (Array.isArray(dependsOn) ? dependsOn.includes(name) : Object.hasOwn(dependsOn, name)))
    refuse('dependsOn', `must name other processes, not "${name}" itself`)
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
