import type { DependencyCondition, ProcessConfig, ResolvedProcess } from '../model/config.ts'
import { DEFAULTS, WATCH_EVERYTHING } from './schema.ts'

type Supervision = Pick<
  ResolvedProcess,
  | 'stopExitCodes'
  | 'watch'
  | 'maxMemory'
  | 'maxCpu'
  | 'memoryEvidence'
  | 'port'
  | 'ipc'
  | 'instances'
  | 'dependsOn'
  | 'schedule'
  | 'hooks'
>

/** The settings of what is done about a process besides running it, with their defaults. */
export function supervision(config: ProcessConfig & { cwd: string }): Supervision {
  return {
    stopExitCodes: config.stopExitCodes ?? [],
    watch: watchOf(config),
    maxMemory: config.maxMemory ?? null,
    maxCpu: config.maxCpu ?? null,
    memoryEvidence: config.memoryEvidence ?? DEFAULTS.memoryEvidence,
    port: config.port ?? null,
    ipc: config.ipc ?? DEFAULTS.ipc,
    instances: config.instances ?? DEFAULTS.instances,
    dependsOn: dependenciesOf(config),
    schedule: config.schedule ?? null,
    hooks: { ...config.hooks },
  }
}

function watchOf({ watch, watchPaths, ignoreWatch, watchDebounce, cwd }: ProcessConfig & { cwd: string }) {
  if (!watch) return null
  return {
    paths: watchPaths ?? WATCH_EVERYTHING,
    ignore: ignoreWatch ?? [],
    debounce: watchDebounce ?? DEFAULTS.watchDebounce,
    cwd,
  }
}

function dependenciesOf({ dependsOn = [] }: ProcessConfig): Record<string, DependencyCondition> {
  return Array.isArray(dependsOn) ? Object.fromEntries(dependsOn.map((name) => [name, 'ready'])) : { ...dependsOn }
}
