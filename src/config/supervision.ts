import * as z from 'zod/mini'
import { DEPENDENCY_CONDITIONS, type HooksConfig, type ProcessConfig, SHARES } from '../model/config/config.ts'
import {
  choice,
  duration,
  exitCodes,
  fileName,
  flag,
  integer,
  LONGEST_TIMER,
  limit,
  list,
  listOr,
  MEMORY,
  path,
  port,
  schedule,
  settings,
  text,
  timezone,
} from './values.ts'

/** Schema of the settings about supervision. */

const dependsOn = listOr(
  fileName,
  z.record(
    fileName,
    choice(DEPENDENCY_CONDITIONS),
    'a list of process names, or an object of names with what to wait for, such as { "db": "healthy" }',
  ),
)

/** Shortest interval in ms. With a shorter one, polling itself would keep a core busy. */
const SHORTEST_POLLING = 50
const polling = z.union(
  [flag, integer(' of milliseconds', SHORTEST_POLLING, LONGEST_TIMER)],
  `true, false or a whole number of milliseconds from ${SHORTEST_POLLING} to ${LONGEST_TIMER}`,
)

export const shellLine = text('a command line').check(z.regex(/\S/, 'a command line'))

const hooks = settings({
  onReady: z.exactOptional(shellLine),
  onCrash: z.exactOptional(shellLine),
  onRestart: z.exactOptional(shellLine),
  onStop: z.exactOptional(shellLine),
  onGiveUp: z.exactOptional(shellLine),
} satisfies Record<keyof HooksConfig, z.ZodMiniType>)

const instanceVariable = settings({
  name: z.string('a name').check(z.regex(/^[A-Za-z_]\w*$/, 'the name of a variable')),
  from: z.exactOptional(integer('', 0, 1_000_000)),
})

const PORT = 'a port from 1 to 65535, "auto", or an object such as { "prefer": 3000 }'
const portWish = z.union([port, z.literal('auto'), z.strictObject({ prefer: port })], PORT)
const portName = z
  .string()
  .check(z.regex(/^[a-z][\w-]{0,31}$/i, 'up to 32 letters, digits, "_" and "-", starting with a letter,'))
const ports = z
  .record(portName, portWish, 'an object of ports by name')
  .check(z.refine((value) => Object.keys(value).length > 0, { error: 'must have at least one port' }))

export const supervisionShape = {
  stopExitCodes: z.exactOptional(exitCodes),
  watch: z.exactOptional(z.boolean('true or false (what is watched is `watchPaths`)')),
  watchPaths: z.exactOptional(
    z.array(path('a glob'), 'a list of strings').check(z.minLength(1, 'a list of at least one glob')),
  ),
  ignoreWatch: z.exactOptional(list),
  watchDebounce: z.exactOptional(duration),
  watchPolling: z.exactOptional(polling),
  maxMemory: z.exactOptional(MEMORY),
  maxCpu: z.exactOptional(limit('percent')),
  heapSnapshot: z.exactOptional(flag),
  memoryEvidence: z.exactOptional(flag),
  port: z.exactOptional(portWish),
  ports: z.exactOptional(ports),
  share: z.exactOptional(choice(SHARES)),
  ipc: z.exactOptional(flag),
  otlp: z.exactOptional(z.union([flag, z.enum(['metrics', 'logs'])], 'true, false, "metrics" or "logs"')),
  instances: z.exactOptional(integer('', 1, 1000)),
  instanceVariable: z.exactOptional(instanceVariable),
  dependsOn: z.exactOptional(dependsOn),
  schedule: z.exactOptional(schedule),
  timezone: z.exactOptional(timezone),
  hooks: z.exactOptional(hooks),
} satisfies Partial<Record<keyof ProcessConfig, z.ZodMiniType>>
