import { newHealth } from '../model/health.ts'
import type { LogSource } from '../model/logs.ts'
import type { Target } from '../model/members.ts'
import type { ManagedProcess } from '../model/process.ts'
import { startHealth } from '../monitors/health/index.ts'
import { LimitMonitor } from '../monitors/limits.ts'
import type { Contents } from '../monitors/watch/contents.ts'
import type { Clock } from '../system/clock.ts'
import { takeEvidence } from '../system/evidence.ts'
import type { Sweeper } from '../system/sweep.ts'
import type { Managed } from './managed.ts'

export interface MonitoringOptions {
  clock: Clock
  sweeper: Sweeper
  tuixDir: string
  /** Where a process's evidence goes: beside its logs. */
  logsFolder: string
  environmentOf(managed: Managed): Record<string, string>
  sourceOf(process: ManagedProcess): LogSource
  targetOf(process: ManagedProcess): Target
  warn(managed: Managed, message: string): void
}

/** Starts what a config asks for with each run: health checks, file watching, limits. They report, what follows is decided elsewhere. */
export function createMonitoring(options: MonitoringOptions): (managed: Managed, run: number) => () => void {
  const limits = new LimitMonitor({ clock: options.clock })
  const contents = new WeakMap<Managed, Contents>()
  return (managed, run) => {
    const ends = [
      startHealthCheck(managed, run, options),
      startWatching(managed, run, contents, options),
      startLimits(managed, run, limits, options),
    ]
    return () => {
      for (const end of ends) end()
    }
  }
}

const nothing = () => {}

function startHealthCheck(managed: Managed, run: number, options: MonitoringOptions): () => void {
  const { clock, sweeper, environmentOf, sourceOf, targetOf } = options
  const { process } = managed
  const { healthCheck, cwd } = process.config
  if (healthCheck === null) return nothing
  const startedAt = process.startedAt ?? clock.now()
  const target = {
    tree: targetOf(process),
    cwd,
    env: environmentOf(managed),
    source: sourceOf(process),
    logStart: process.logStart,
    startedAt,
    health: process.health ?? newHealth(startedAt),
  }
  const report = (result: Parameters<Parameters<typeof startHealth>[2]>[0]) =>
    managed.dispatch({ type: 'health', run, result })
  return startHealth(healthCheck, target, report, { clock, sweeper })
}

function startWatching(
  managed: Managed,
  run: number,
  known: WeakMap<Managed, Contents>,
  options: MonitoringOptions,
): () => void {
  const { clock, tuixDir, sourceOf, warn } = options
  const { process } = managed
  const { watch } = process.config
  if (watch === null) return nothing
  const { logFile, errorFile } = sourceOf(process)
  // What changed while no supervisor watched is not held against an adopted process.
  const since = process.adopted || process.startedAt === null ? clock.now() : process.startedAt
  let end: (() => void) | undefined
  let isOver = false
  const begin = async () => {
    // With its globs it is an eighth of a supervisor's code, and few processes are watched.
    const { Contents, startWatch } = await import('../monitors/watch/index.ts')
    if (isOver) return
    const contents = known.get(managed) ?? new Contents()
    known.set(managed, contents)
    end = startWatch(
      watch,
      (report) => {
        if (report.type === 'warning') warn(managed, report.message)
        else managed.dispatch({ type: 'file-changed', run, file: report.file, others: report.others, at: report.at })
      },
      { clock, tuixDir, logFiles: [logFile, errorFile], contents, since },
    )
  }
  begin().catch((error: Error) => warn(managed, `files are not watched: ${error.message}`))
  return () => {
    isOver = true
    end?.()
  }
}

function startLimits(managed: Managed, run: number, limits: LimitMonitor, options: MonitoringOptions): () => void {
  const { identity, id, config } = managed.process
  const { maxMemory, maxCpu, memoryEvidence, name } = config
  if (identity === null || (maxMemory === null && maxCpu === null)) return nothing
  return limits.add(id, identity, { maxMemory, maxCpu }, ({ why }) => {
    const over = (message: string) => managed.dispatch({ type: 'over-limit', run, message })
    if (!memoryEvidence || !why.startsWith('memory')) return over(why)
    void takeEvidence({ name, leader: identity, folder: options.logsFolder }, options.clock).then((evidence) => {
      over('file' in evidence ? `${why}; heap snapshot in ${evidence.file}` : `${why}; ${evidence.missing}`)
    })
  })
}
