import * as z from 'zod/mini'
import {
  DEPENDENCY_CONDITIONS,
  type DependencyCondition,
  type HooksConfig,
  type ProcessConfig,
  type ResolvedProcess,
} from '../model/config.ts'
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

/** What is done about a process besides running it: the schema of those settings, and their defaults. */

const DEFAULTS = {
  stopExitCodes: [],
  watchPaths: ['**/*'],
  ignoreWatch: [],
  watchDebounce: 300,
  memoryEvidence: false,
  ipc: false,
  instances: 1,
} satisfies Partial<ProcessConfig>

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

/** The part of a resolved process that these settings make. */
export function resolveSupervision(config: ProcessConfig & { cwd: string }) {
  return {
    stopExitCodes: config.stopExitCodes ?? DEFAULTS.stopExitCodes,
    watch: watchOf(config),
    maxMemory: config.maxMemory ?? null,
    maxCpu: config.maxCpu ?? null,
    memoryEvidence: config.memoryEvidence ?? DEFAULTS.memoryEvidence,
    port: config.port ?? null,
    ipc: config.ipc ?? DEFAULTS.ipc,
    instances: config.instances ?? DEFAULTS.instances,
    instanceOf: null,
    dependsOn: dependenciesOf(config),
    schedule: config.schedule ?? null,
    hooks: { ...config.hooks },
  } satisfies Partial<ResolvedProcess>
}

function watchOf({ watch, watchPaths, ignoreWatch, watchDebounce, cwd }: ProcessConfig & { cwd: string }) {
  if (!watch) return null
  return {
    paths: watchPaths ?? DEFAULTS.watchPaths,
    ignore: ignoreWatch ?? DEFAULTS.ignoreWatch,
    debounce: watchDebounce ?? DEFAULTS.watchDebounce,
    cwd,
  }
}

function dependenciesOf({ dependsOn = [] }: ProcessConfig): Record<string, DependencyCondition> {
  return Array.isArray(dependsOn) ? Object.fromEntries(dependsOn.map((name) => [name, 'ready'])) : { ...dependsOn }
}
