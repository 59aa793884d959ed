import type { DependencyCondition, ProcessConfig, ResolvedProcess } from '../../model/config.ts'

const DEFAULTS = {
  stopExitCodes: [],
  watchPaths: ['**/*'],
  ignoreWatch: [],
  watchDebounce: 300,
  memoryEvidence: false,
  ipc: false,
  instances: 1,
} satisfies Partial<ProcessConfig>

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
