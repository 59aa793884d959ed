import * as z from 'zod/mini'
import { type ProcessConfig, STOP_SIGNALS } from '../model/config/config.ts'
import { portsProblem } from '../model/config/ports.ts'
import type { ConfigChanges, ProjectConfig } from '../model/config/project.ts'
import { nearest } from '../model/text/text.ts'
import { alerts } from './alerts.ts'
import { runsInShell, splitLine } from './command.ts'
import { deploy } from './deploy.ts'
import { healthCheck, ownPortProblem } from './health.ts'
import { loggingShape } from './logging.ts'
import { PROCESS_WORDS, PROJECT_WORDS } from './other-words.ts'
import { shellSyntax } from './shell-syntax.ts'
import { shellLine, supervisionShape } from './supervision.ts'
import { targets } from './targets.ts'
import {
  choice,
  duration,
  env,
  fileName,
  flag,
  listOr,
  onlyKeys,
  path,
  positiveDuration,
  restartLimit,
  settings,
  text,
  textOrList,
  words,
} from './values.ts'
import { web } from './web.ts'

/**
 * The schema of configs. Larger subjects are in `health.ts`, `logging.ts` and `supervision.ts`. `values.ts` explains
 * how its messages are worded; defaults are in `resolve/`.
 */

const autorestart = z.union([z.boolean(), z.literal('on-failure')], 'true, false or "on-failure"')

const processShape = {
  name: fileName,
  command: text('a program or a command line').check(z.regex(/\S/, 'a program or a command line')),
  args: z.exactOptional(words),
  shell: z.exactOptional(flag),
  cwd: z.exactOptional(path('a folder')),
  env: z.exactOptional(env),
  envFile: z.exactOptional(textOrList),
  autostart: z.exactOptional(flag),
  startWithAll: z.exactOptional(flag),
  autorestart: z.exactOptional(autorestart),
  restartDelay: z.exactOptional(duration),
  maxRestartDelay: z.exactOptional(duration),
  maxRestarts: z.exactOptional(restartLimit),
  stableAfter: z.exactOptional(duration),
  stopSignal: z.exactOptional(choice(STOP_SIGNALS)),
  stopTimeout: z.exactOptional(duration),
  stopCommand: z.exactOptional(shellLine),
  daemon: z.exactOptional(flag),
  pidFile: z.exactOptional(path('a file')),
  minUptime: z.exactOptional(duration),
  group: z.exactOptional(fileName),
  interpreter: z.exactOptional(path('a program')),
  healthCheck: z.exactOptional(healthCheck),
  onUnhealthy: z.exactOptional(choice(['restart', 'none'])),
  startTimeout: z.exactOptional(positiveDuration),
  onStartTimeout: z.exactOptional(choice(['fail', 'ready'])),
  persist: z.exactOptional(flag),
  deploy: z.exactOptional(deploy),
  ...supervisionShape,
  ...loggingShape,
} satisfies Record<keyof ProcessConfig, z.ZodMiniType>

export const processSchema = settings(processShape, undefined, PROCESS_WORDS).check(({ value, issues }) => {
  const { name, command, args, dependsOn, port, share, instances = 1, pidFile, daemon, shell, interpreter } = value
  const refuse = (key: keyof ProcessConfig, message: string) =>
    issues.push({ code: 'custom', path: [key], message, input: value })
  if (args === undefined && !runsInShell(value) && splitLine(command) === undefined)
    refuse('command', 'must be a program or a command line, and every quote must be closed')
  const syntax = shell === false && args === undefined ? shellSyntax(command) : undefined
  if (syntax !== undefined)
    refuse(
      'command',
      `has ${JSON.stringify(syntax)}, which is for a shell, but \`shell\` is false: use \`args\`, \`env\` and \`cwd\``,
    )
  if (interpreter !== undefined && !/^\S+$/.test(interpreter) && /\s-/.test(interpreter))
    refuse(
      'interpreter',
      'must be a program without options: options go into `args`, before the script, with the interpreter as `command`',
    )
  if (shell && (args !== undefined || interpreter !== undefined))
    refuse('shell', `is for a whole command line, without \`${args === undefined ? 'interpreter' : 'args'}\``)
  if (dependsOn && (Array.isArray(dependsOn) ? dependsOn.includes(name) : Object.hasOwn(dependsOn, name)))
    refuse('dependsOn', `must name other processes, not "${name}" itself`)
  if (pidFile !== undefined && !daemon) refuse('pidFile', 'is for a program in the background, with `daemon: true`')
  if (pidFile !== undefined && instances > 1)
    refuse('pidFile', 'must not be set for several instances, which cannot share it')
  if (share !== undefined && typeof port !== 'number')
    refuse('share', 'needs the `port` that is shared, such as `port: 3000`')
  const lonely = (['schedule', 'daemon'] as const).find((key) => value[key])
  if (lonely !== undefined && typeof port === 'number' && (share !== undefined || instances > 1))
    refuse(lonely, 'must not be set for instances that share a port')
  const portProblem = portsProblem(value)
  if (portProblem !== undefined) refuse('ports', portProblem)
  const [key, message] = ownPortProblem(value as ProcessConfig) ?? []
  if (key !== undefined)
    issues.push({ code: 'custom', path: ['healthCheck', key], message: message ?? '', input: value })
})

const NAMED = 'a list of processes, or an object with their names as keys'
const PROFILES = 'an object of profiles by name'
const EXTENDS = 'the path of a config file'

const declared = listOr(z.unknown(), z.record(fileName, z.unknown(), NAMED))

/** Processes are validated later, each on its own, after all layers are merged. */
const changesShape = {
  tuixDir: z.exactOptional(path('a folder')),
  autoRestart: z.exactOptional(autorestart),
  maxRestarts: z.exactOptional(restartLimit),
  restartDelay: z.exactOptional(duration),
  web: z.exactOptional(z.union([flag, web], 'true, false or an object of settings')),
  proxy: z.exactOptional(flag),
  alerts: z.exactOptional(alerts),
  targets: z.exactOptional(targets),
  defaults: z.exactOptional(z.unknown()),
  processes: z.exactOptional(declared),
  services: z.exactOptional(declared),
} satisfies Record<keyof ConfigChanges, z.ZodMiniType>

const extended = path(EXTENDS).check(
  z.refine((value) => !/^\w{2,}:/.test(value), { error: `must be ${EXTENDS}: nothing is fetched` }),
)

const projectShape = {
  ...changesShape,
  extends: z.exactOptional(listOr(extended, extended)),
  profiles: z.exactOptional(z.record(fileName, z.unknown(), PROFILES)),
  /** JSON schema for editors. */
  $schema: z.exactOptional(z.string('a string')),
} satisfies Record<keyof ProjectConfig | '$schema', z.ZodMiniType>

const { name: _name, ...unnamedShape } = processShape
const { command: _command, args: _args, ...sharedShape } = unnamedShape

/** The right path of a process, or of a setting of processes, that was written at the top level. */
function pathBelow(key: string, value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null && 'command' in value) return `processes.${key}`
  return Object.hasOwn(sharedShape, key) && nearest(key, Object.keys(projectShape)) === undefined
    ? `defaults.${key}`
    : undefined
}

/** Schema of a profile. */
export const changesSchema = settings(changesShape, pathBelow, PROJECT_WORDS)
/** Schema of a `processManager` block and of the object in a `processes.*`. */
export const projectSchema = settings(projectShape, pathBelow, PROJECT_WORDS)

/** Schemas that check only the keys, for settings whose values cannot be validated yet. */
export const KEY_SCHEMAS = {
  changes: onlyKeys(changesShape, PROJECT_WORDS),
  listed: onlyKeys(processShape, PROCESS_WORDS, { name: fileName }),
  keyed: onlyKeys(unnamedShape, PROCESS_WORDS),
  shared: onlyKeys(sharedShape, PROCESS_WORDS),
}
