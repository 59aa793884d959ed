import * as describe from '../lifecycle/describe.ts'
import { liveOf, nextStart, type Phase, runs, statusOf } from '../lifecycle/phase.ts'
import type { ManagedProcess, RunExit } from '../lifecycle/process.ts'
import { outdatedIn } from '../lifecycle/references.ts'
import { suspendedFile } from '../lifecycle/restart-loop.ts'
import { retryDue } from '../lifecycle/restart-policy.ts'
import type { ProgramStatus } from './program-status.ts'
import type { LastExit, ProcessDetail, ProcessState, WaitingFor } from './state.ts'

/** Where a process is found: its log files, and its address by name. */
export interface Places {
  logFile: string
  errorFile: string
  url?: string | undefined
}

/**
 * The public state of a process. `usage` is null if it was not measured; `age` is in ms. `program` is null if nobody looked. `all`
 * has the processes that it may refer to.
 */
export function snapshot(
  process: ManagedProcess,
  { logFile, errorFile, url }: Places,
  usage: { cpu: number; memory: number; age?: number; frozen?: number } | null,
  now: number,
  program: ProgramStatus | null = null,
  all: readonly ManagedProcess[] = [],
): ProcessState {
  const { config, lastExit, phase } = process
  const live = phase.type === 'cleanup' ? null : liveOf(phase)
  const outdated = outdatedIn(process, all)
  const frozen = runs(phase) ? (usage?.frozen ?? null) : null
  return {
    name: config.name,
    group: config.group ?? null,
    instanceOf: config.instanceOf,
    status: statusOf(phase.type),
    phase: phase.type,
    wanted: process.wanted,
    ...(process.comesBack && { comesBack: true }),
    pid: live?.leader.pid ?? null,
    restarts: process.restarts,
    uptime: live ? Math.max(0, usage?.age ?? now - live.startedAt) / 1000 : 0,
    cpu: live && usage ? usage.cpu : null,
    memory: live && usage ? usage.memory : null,
    exitCode: lastExit?.code ?? null,
    exitSignal: lastExit?.signal ?? null,
    run: process.run,
    startedAt: live?.startedAt ?? null,
    retryAt: phase.type === 'backoff' ? retryDue(phase.at, config, now) : nextStart(phase),
    maxRestarts: config.maxRestarts,
    failures: process.failures,
    health: live && config.healthCheck ? (live.health?.status ?? 'starting') : null,
    watch: config.watch !== null,
    suspendedBy: suspendedFile(process.rewrites, now),
    dependsOn: Object.keys(config.dependsOn),
    port: process.port,
    ...(process.ports && { ports: process.ports }),
    ...(url !== undefined && { url }),
    ...(outdated.length > 0 && { outdated }),
    ...(config.share && { share: config.share }),
    program,
    waitingFor: waitingFor(phase),
    frozen,
    reason: frozen === null ? describe.reason(process) || describe.outdated(outdated) : describe.frozen(frozen),
    lastExit: lastExit && withWhy(lastExit),
    adopted: process.adopted,
    owned: process.owner !== null,
    command: config.command,
    cwd: config.cwd,
    logFile,
    errorFile,
  }
}

function waitingFor(phase: Phase): WaitingFor | null {
  if (phase.type === 'waiting') return { process: phase.for }
  return phase.type === 'spawning' && phase.blocked?.type === 'port' ? { port: phase.blocked.port } : null
}

/** Adds the sentence for a run that was killed because it failed. */
function withWhy(exit: RunExit): LastExit {
  const { ended } = exit
  return ended === null || ended.type === 'spawn-failed' ? exit : { ...exit, why: describe.cause(ended) }
}

/** Facts that only the supervisor that started a run knows. The defaults are those of any other supervisor. */
export interface RunFacts {
  environment: ProcessDetail['environment']
  metrics: ProcessDetail['metrics']
  channelOpen: boolean
}

export function detail(process: ManagedProcess, state: ProcessState, facts: RunFacts): ProcessDetail {
  return {
    ...state,
    config: process.config,
    ...(process.given && { references: process.given }),
    environment: facts.environment,
    healthHistory: liveOf(process.phase)?.health?.history ?? [],
    metrics: facts.metrics,
    channel: process.config.ipc ? (facts.channelOpen ? 'open' : 'gone') : null,
  }
}
