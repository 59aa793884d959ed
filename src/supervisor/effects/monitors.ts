import type { OverLimit } from '../../model/lifecycle/causes.ts'
import { newHealth } from '../../model/lifecycle/health.ts'
import { leaderOf, liveOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { configOfRun } from '../../model/lifecycle/references.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { startHealth } from '../../monitors/health/index.ts'
import { LimitMonitor } from '../../monitors/limits.ts'
import type { Contents } from '../../monitors/watch/contents.ts'
import type { Clock } from '../../system/clock.ts'
import { takeHeapSnapshot } from '../../system/process/heap-snapshot.ts'
import type { Sweeper } from '../../system/process/sweep.ts'
import type { EventBus } from '../event-bus.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { LogService } from '../log-service.ts'
import type { Managed } from '../managed.ts'
import { environmentOf } from './environment.ts'

export interface MonitorsOptions {
  tuixDir: string
  clock: Clock
  sweeper: Sweeper
  logs: LogService
  trees: TreeService
  events: EventBus
  /** Environment of processes that were started without a command. */
  environment: Record<string, string>
}

const nothing = () => {}

/** Starts the monitors that a config asks for with each run: health checks, file watching, limits. They only report. */
export class Monitors {
  readonly #options: MonitorsOptions
  readonly #limits: LimitMonitor
  /** Contents of watched files, kept from one run to the next. */
  readonly #contents = new WeakMap<Managed, Contents>()

  constructor(options: MonitorsOptions) {
    this.#options = options
    this.#limits = new LimitMonitor({ clock: options.clock, found: (trees) => options.trees.remember(trees) })
  }

  /** Returns a function that ends them. */
  start(managed: Managed, run: number): () => void {
    const ends = [this.#startHealth(managed, run), this.watch(managed, run), this.#startLimits(managed, run)]
    return () => {
      for (const end of ends) end()
    }
  }

  #startHealth(managed: Managed, run: number): () => void {
    const { clock, sweeper, logs, trees, environment } = this.#options
    const { process } = managed
    const { healthCheck, cwd } = configOfRun(process)
    if (healthCheck === null) return nothing
    const { startedAt = clock.now(), health = null } = liveOf(process.phase) ?? {}
    const target = {
      tree: trees.targetOf(process),
      cwd,
      env: environmentOf(managed, environment),
      source: logs.sourceOf(process),
      logStart: process.logStart,
      startedAt,
      health: health ?? newHealth(startedAt),
    }
    const report = (result: Parameters<Parameters<typeof startHealth>[2]>[0]) =>
      managed.dispatch({ type: 'health', run, result })
    return startHealth(healthCheck, target, report, { clock, sweeper })
  }

  /** Watches the files of a run, or of a process whose run has ended. Returns a function that ends it. */
  watch(managed: Managed, run: number): () => void {
    const { tuixDir, clock, logs, events } = this.#options
    const { process } = managed
    const { watch, name } = process.config
    if (watch === null) return nothing
    const { logFile, errorFile } = logs.sourceOf(process)
    // An adopted process is not restarted for files that changed while no supervisor was watching.
    const since = (process.adopted ? undefined : startOf(process, run)) ?? clock.now()
    const warn = (detail: string) => events.warn(detail, { name, run: managed.process.run })
    let end: (() => void) | undefined
    let isOver = false
    const begin = async () => {
      // Loaded late: with its globs it is an eighth of a supervisor's code, and few processes are watched.
      const { Contents, startWatch } = await import('../../monitors/watch/index.ts')
      if (isOver) return
      const contents = this.#contents.get(managed) ?? new Contents()
      this.#contents.set(managed, contents)
      end = startWatch(
        watch,
        (report) => {
          if (report.type === 'warning') warn(report.message)
          else managed.dispatch({ type: 'file-changed', run, files: report.files, at: report.at })
        },
        { clock, tuixDir, logFiles: [logFile, errorFile], contents, since },
      )
    }
    begin().catch((error: Error) => warn(`files are not watched: ${reasonOf(error)}`))
    return () => {
      isOver = true
      end?.()
    }
  }

  #startLimits(managed: Managed, run: number): () => void {
    const { clock, logs } = this.#options
    const { id, config, phase } = managed.process
    const { maxMemory, maxCpu, heapSnapshot, name } = config
    const leader = leaderOf(phase)
    if (leader === null || (maxMemory === null && maxCpu === null)) return nothing
    return this.#limits.add(id, leader, { maxMemory, maxCpu }, (excess) => {
      const over = (snapshot: OverLimit['snapshot']) =>
        managed.dispatch({ type: 'over-limit', run, cause: { type: 'over-limit', ...excess, snapshot } })
      if (!heapSnapshot || excess.of !== 'memory') return over(null)
      void takeHeapSnapshot({ name, leader, folder: logs.folder }, clock).then((taken) => {
        over('file' in taken ? taken : { detail: taken.missing })
      })
    })
  }
}

/** Epoch ms of the start of a run, which may have ended. A change during its last moments has not been reported yet. */
function startOf({ phase, lastExit }: ManagedProcess, run: number): number | undefined {
  const ended = lastExit?.run === run ? lastExit.at - lastExit.lasted : undefined
  return liveOf(phase)?.startedAt ?? ended
}
