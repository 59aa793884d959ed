import * as z from 'zod/mini'
import { DEPENDENCY_CONDITIONS, type HooksConfig, type ProcessConfig } from '../model/config.ts'
import {
  choice,
  exitCodes,
  fileName,
  flag,
  limit,
  list,
  listOr,
  port,
  schedule,
  settings,
  text,
  wait,
  whole,
} from './values.ts'

/** What is done about a process besides running it: the schema of those settings. */

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

export const supervisionShape = {
  stopExitCodes: z.exactOptional(exitCodes),
  watch: z.exactOptional(flag),
  watchPaths: z.exactOptional(list.check(z.minLength(1, 'a list of at least one glob'))),
  ignoreWatch: z.exactOptional(list),
  watchDebounce: z.exactOptional(wait),
  maxMemory: z.exactOptional(limit('MB')),
  maxCpu: z.exactOptional(limit('percent')),
  memoryEvidence: z.exactOptional(flag),
  port: z.exactOptional(z.union([port, z.literal('auto')], 'a port from 1 to 65535 or "auto"')),
  ipc: z.exactOptional(flag),
  instances: z.exactOptional(whole('', 1, 1000)),
  dependsOn: z.exactOptional(dependsOn),
  schedule: z.exactOptional(schedule),
  hooks: z.exactOptional(hooks),
} satisfies Partial<Record<keyof ProcessConfig, z.ZodMiniType>>
