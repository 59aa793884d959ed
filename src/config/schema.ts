import * as z from 'zod/mini'
import { type ConfigChanges, type ProcessConfig, type ProjectConfig, STOP_SIGNALS } from '../model/config.ts'
import { splitLine } from './command.ts'
import { healthCheck } from './health.ts'
import { loggingShape } from './logging.ts'
import { supervisionShape } from './supervision.ts'
import {
  choice,
  count,
  env,
  fileName,
  filled,
  flag,
  list,
  listOr,
  nothingBut,
  period,
  settings,
  text,
  textOrList,
  wait,
} from './values.ts'

/**
 * The one schema of what people write; the larger subjects are in `health.ts`, `logging.ts` and `supervision.ts`. How its
 * messages are worded: `values.ts`. What a setting is when nobody says: `resolve/`.
 */

const autorestart = z.union([z.boolean(), z.literal('on-failure')], 'true, false or "on-failure"')

const processShape = {
  name: fileName,
  command: text('a program or a command line').check(z.regex(/\S/, 'a program or a command line')),
  args: z.exactOptional(list),
  cwd: z.exactOptional(filled('a folder')),
  env: z.exactOptional(env),
  envFile: z.exactOptional(textOrList),
  autostart: z.exactOptional(flag),
  autorestart: z.exactOptional(autorestart),
  restartDelay: z.exactOptional(wait),
  maxRestarts: z.exactOptional(count),
  stopSignal: z.exactOptional(choice(STOP_SIGNALS)),
  stopTimeout: z.exactOptional(wait),
  minUptime: z.exactOptional(wait),
  group: z.exactOptional(fileName),
  interpreter: z.exactOptional(filled('a program')),
  healthCheck: z.exactOptional(healthCheck),
  onUnhealthy: z.exactOptional(choice(['restart', 'none'])),
  startTimeout: z.exactOptional(period),
  persist: z.exactOptional(flag),
  ...supervisionShape,
  ...loggingShape,
} satisfies Record<keyof ProcessConfig, z.ZodMiniType>

export const processSchema = settings(processShape).check(({ value, issues }) => {
  const { name, command, args, dependsOn, port, instances = 1 } = value
  const refuse = (key: keyof ProcessConfig, message: string) =>
    issues.push({ code: 'custom', path: [key], message, input: value })
  if (args === undefined && splitLine(command) === undefined)
    refuse('command', 'must be a program or a command line with every quote closed')
  if (dependsOn && (Array.isArray(dependsOn) ? dependsOn.includes(name) : Object.hasOwn(dependsOn, name)))
    refuse('dependsOn', `must name other processes, not "${name}" itself`)
  if (typeof port === 'number' && instances > 1)
    refuse('port', 'must be "auto" for several instances, which cannot listen on the same one')
})

const NAMED = 'a list of processes, or an object with their names as keys'
const PROFILES = 'an object of profiles by name'
const EXTENDS = 'the path of a config file'

/** What is inside of processes is checked later, each on its own and after all is put together. */
const changesShape = {
  tuixDir: z.exactOptional(filled('a folder')),
  autoRestart: z.exactOptional(autorestart),
  maxRestarts: z.exactOptional(count),
  restartDelay: z.exactOptional(wait),
  defaults: z.exactOptional(z.unknown()),
  processes: z.exactOptional(listOr(z.unknown(), z.record(fileName, z.unknown(), NAMED))),
} satisfies Record<keyof ConfigChanges, z.ZodMiniType>

const path = filled(EXTENDS).check(
  z.refine((value) => !/^\w{2,}:/.test(value), { error: `must be ${EXTENDS}: nothing is fetched` }),
)

const projectShape = {
  ...changesShape,
  extends: z.exactOptional(listOr(path, path)),
  profiles: z.exactOptional(z.record(fileName, z.unknown(), PROFILES)),
  /** Editors' pointer to a JSON schema. */
  $schema: z.exactOptional(z.string('a string')),
} satisfies Record<keyof ProjectConfig | '$schema', z.ZodMiniType>

const { name: _name, ...unnamedShape } = processShape
const { command: _command, args: _args, ...sharedShape } = unnamedShape

const INSIDE = Object.fromEntries(Object.keys(sharedShape).map((key) => [key, `defaults.${key}`]))

/** A profile. */
export const changesSchema = settings(changesShape, INSIDE)
/** A `processManager` block, and the object of a `processes.*`. */
export const projectSchema = settings(projectShape, INSIDE)

/** Which settings there are, where their values cannot be judged yet. */
export const KNOWN = {
  changes: nothingBut(changesShape),
  listed: nothingBut(processShape, { name: fileName }),
  keyed: nothingBut(unnamedShape),
  shared: nothingBut(sharedShape),
}
