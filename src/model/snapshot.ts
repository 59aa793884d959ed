import type { ManagedProcess } from './process.ts'
import type { ProcessDetail, ProcessState } from './state.ts'

/** Where a process's log files are when its config does not say. */
export interface LogPaths {
  logFile: string
  errorFile: string
}

/** What users see of a process. `usage` is null where nobody measured. */
export function snapshot(
  process: ManagedProcess,
  paths: LogPaths,
  usage: { cpu: number; memory: number } | null,
  now: number,
): ProcessState {
  const { config, lastExit } = process
  const alive = process.identity !== null && process.startedAt !== null && process.status !== 'crashed'
  return {
    name: config.name,
    group: config.group ?? null,
    instanceOf: config.instanceOf,
    status: process.status,
    wanted: process.wanted,
    pid: alive && process.identity ? process.identity.pid : null,
    restarts: process.restarts,
    uptime: alive && process.startedAt !== null ? Math.max(0, now - process.startedAt) / 1000 : 0,
    cpu: alive && usage ? usage.cpu : null,
    memory: alive && usage ? usage.memory : null,
    exitCode: lastExit?.code ?? null,
    exitSignal: lastExit?.signal ?? null,
    run: process.run,
    startedAt: alive ? process.startedAt : null,
    retryAt: process.retryAt,
    maxRestarts: config.maxRestarts,
    failures: process.failures,
    health: alive && config.healthCheck ? (process.health?.status ?? 'starting') : null,
    watch: config.watch !== null && process.suspended === null,
    dependsOn: Object.keys(config.dependsOn),
    port: process.port,
    reason: process.reason,
    lastExit,
    adopted: process.adopted,
    owned: process.owner !== null,
    command: config.command,
    cwd: config.cwd,
    logFile: paths.logFile,
    errorFile: paths.errorFile,
  }
}

/** What only the supervisor that started a run knows of it; the defaults are those of one that did not. */
export interface RunFacts {
  environment: ProcessDetail['environment']
  metrics: ProcessDetail['metrics']
  channelOpen: boolean
}

export function detail(process: ManagedProcess, state: ProcessState, facts: RunFacts): ProcessDetail {
  return {
    ...state,
    config: process.config,
    environment: facts.environment,
    healthHistory: process.health?.history ?? [],
    metrics: facts.metrics,
    channel: process.config.ipc ? (facts.channelOpen ? 'open' : 'gone') : null,
    suspendedBy: process.suspended,
  }
}
