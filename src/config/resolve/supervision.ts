import {
  type DependencyCondition,
  POLL_INTERVAL,
  type ProcessConfig,
  type ResolvedProcess,
  type ResolvedWatch,
} from '../../model/config/config.ts'
import { resolvedPorts } from '../../model/config/ports.ts'
import { referredProcesses } from '../../model/config/references.ts'
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

type Settings = Measured<Omit<ProcessConfig, 'healthCheck' | 'env'>> & { cwd: string }

/** The settings about supervision, with defaults. */
export function resolveSupervision(config: Settings) {
  return {
    stopExitCodes: config.stopExitCodes ?? DEFAULTS.stopExitCodes,
    watch: watchOf(config),
    maxMemory: config.maxMemory ?? null,
    maxCpu: config.maxCpu ?? null,
    heapSnapshot: config.heapSnapshot ?? config.memoryEvidence ?? DEFAULTS.heapSnapshot,
    ...resolvedPorts(config.port, config.ports),
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

function watchOf(config: Settings): ResolvedWatch | null {
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

/** Those that are declared, and those that a reference implies: a value is known when its process is ready. */
function dependenciesOf(config: Settings): Record<string, DependencyCondition> {
  const declared = declaredDependencies(config)
  const implied = referredProcesses(config).filter((name) => name !== config.name && !Object.hasOwn(declared, name))
  return { ...declared, ...Object.fromEntries(implied.map((name) => [name, 'ready' as const])) }
}

function declaredDependencies({
  dependsOn = [],
}: Pick<ProcessConfig, 'dependsOn'>): Record<string, DependencyCondition> {
  // A request may claim that its list was checked: what is no list of names stays invalid, and is refused.
  const isList = Array.isArray(dependsOn) && dependsOn.every((name) => typeof name === 'string')
  return isList ? Object.fromEntries(dependsOn.map((name) => [name, 'ready'])) : { ...(dependsOn as object) }
}
