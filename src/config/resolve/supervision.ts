import {
  type DependencyCondition,
  POLL_INTERVAL,
  type ProcessConfig,
  type ResolvedProcess,
  type ResolvedWatch,
} from '../../model/config/config.ts'
import type { Measured } from '../../model/config/units.ts'

const DEFAULTS = {
  stopExitCodes: [],
  watchPaths: ['**/*'],
  ignoreWatch: [],
  watchDebounce: 300,
  heapSnapshot: false,
  ipc: false,
  instances: 1,
} satisfies Partial<ProcessConfig>

/** The settings about supervision, with defaults. */
export function resolveSupervision(config: Measured<Omit<ProcessConfig, 'healthCheck'>> & { cwd: string }) {
  return {
    stopExitCodes: config.stopExitCodes ?? DEFAULTS.stopExitCodes,
    watch: watchOf(config),
    maxMemory: config.maxMemory ?? null,
    maxCpu: config.maxCpu ?? null,
    heapSnapshot: config.heapSnapshot ?? config.memoryEvidence ?? DEFAULTS.heapSnapshot,
    port: config.port ?? null,
    ...(config.share && typeof config.port === 'number' && { share: { port: config.port, part: 'instance' as const } }),
    ipc: config.ipc ?? DEFAULTS.ipc,
    ...(config.otlp && { otlp: config.otlp }),
    instances: config.instances ?? DEFAULTS.instances,
    instanceVariable: config.instanceVariable ? { from: 1, ...config.instanceVariable } : null,
    instanceOf: null,
    dependsOn: dependenciesOf(config),
    schedule: config.schedule ?? null,
    timezone: config.timezone ?? null,
    hooks: { ...config.hooks },
  } satisfies Partial<ResolvedProcess>
}

function watchOf(config: Measured<Omit<ProcessConfig, 'healthCheck'>> & { cwd: string }): ResolvedWatch | null {
  const { watch, watchPaths, ignoreWatch, watchDebounce, watchPolling, cwd } = config
  if (!watch) return null
  return {
    paths: watchPaths ?? DEFAULTS.watchPaths,
    ignore: ignoreWatch ?? DEFAULTS.ignoreWatch,
    debounce: watchDebounce ?? DEFAULTS.watchDebounce,
    cwd,
    ...(watchPolling !== undefined && { polling: watchPolling === true ? POLL_INTERVAL : watchPolling }),
  }
}

function dependenciesOf({ dependsOn = [] }: ProcessConfig): Record<string, DependencyCondition> {
  // A request may claim that its list was checked: what is no list of names stays invalid, and is refused.
  const isList = Array.isArray(dependsOn) && dependsOn.every((name) => typeof name === 'string')
  return isList ? Object.fromEntries(dependsOn.map((name) => [name, 'ready'])) : { ...(dependsOn as object) }
}
