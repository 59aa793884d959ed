import { logEnd } from '../../logs/files/append.ts'
import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import { liveOf, wasReady } from '../../model/lifecycle/phase.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { readGoodRun, removeGoodRun, writeGoodRun } from '../../storage/crashes.ts'
import { readGitHead } from '../../system/fs/git-head.ts'
import type { Managed } from '../managed.ts'
import type { Begun, Crash, CrashReporterOptions } from './crash.ts'

/** ms between two reports of one process. Of the crashes in between the last one gets a report. */
const EVERY = 5000
/** ms in which runs that have become good gather, so that their trees are looked at in one pass over the system. */
const GATHER = 1000

/**
 * Writes a report for a run that crashes. It follows the events, and nothing waits for it. What does the work is loaded when it is
 * first needed.
 */
export class CrashReporter {
  readonly #options: CrashReporterOptions
  readonly #begun = new Map<string, Begun>()
  /** Cancel the looks at runs that may become good. */
  readonly #looks = new Map<string, () => void>()
  /** Processes whose run has become good. */
  readonly #toLookAt: Managed[] = []
  /** Crashes that still get a report, the last one of each process. */
  readonly #pending = new Map<string, Crash>()
  /** When the last report of each process was begun, by `monotonic`. */
  readonly #reportedAt = new Map<string, number>()
  #work: Promise<void> = Promise.resolve()
  #hasWarned = false
  #isClosed = false

  constructor(options: CrashReporterOptions) {
    this.#options = options
  }

  heard(event: ProcessEvent): void {
    const { name, type } = event
    if (type === 'remove') this.#forget(name)
    const managed = this.#options.processes.find(name)
    if (!managed) return
    if (type === 'start' || type === 'adopt') this.#began(event, managed)
    if (type === 'ready' || type === 'adopt') this.#lookLater(managed)
    // A job that did its work.
    if (type === 'exit' && event.exitCode === 0) this.#isGood(managed, event.run, managed.process.lastExit?.at ?? 0)
    if (type === 'crash' || (type === 'error' && event.cause?.type === 'spawn-failed')) this.#crashed(event, managed)
  }

  /** The supervisor ends, and writes no report any more. */
  close(): void {
    this.#isClosed = true
  }

  #began({ name, type, run, pid }: ProcessEvent, { process }: Managed): void {
    const begun: Begun = { run, pid: pid ?? null, git: null }
    this.#begun.set(name, begun)
    this.#do(async () => {
      // Of an adopted run, what is checked out may have changed since.
      const good = type === 'adopt' ? readGoodRun(this.#options.tuixDir, name) : null
      begun.git = good?.run === run ? good.git : readGitHead(process.config.cwd)
    })
  }

  #lookLater(managed: Managed): void {
    const { config, run, phase } = managed.process
    const { clock } = this.#options
    const live = liveOf(phase)
    if (!live || !wasReady(phase)) return
    this.#looks.get(config.name)?.()
    const left = Math.max(0, live.startedAt + config.stableAfter - clock.now())
    const look = () => {
      if (managed.process.run !== run || !wasReady(managed.process.phase)) return
      this.#isGood(managed, run, live.startedAt)
      if (this.#toLookAt.push(managed) === 1) clock.after(GATHER, () => this.#lookAtTrees())
    }
    this.#looks.set(config.name, clock.after(left, look))
  }

  #lookAtTrees(): void {
    const { clock, trees } = this.#options
    for (const { process } of this.#toLookAt.splice(0)) trees.look(process, clock.now()).catch(() => {})
  }

  #isGood({ process: { config } }: Managed, run: number, startedAt: number): void {
    const begun = this.#begunBy(config.name, run)
    this.#do(async () => {
      const { goodRun } = await import('./report.ts')
      if (this.#isOver()) return
      writeGoodRun(this.#options.tuixDir, goodRun(config, { run, startedAt, git: begun.git }))
    })
  }

  #crashed(event: ProcessEvent, managed: Managed): void {
    const { clock, logs, trees } = this.#options
    const { name, run } = event
    const { process } = managed
    const { logFile, errorFile } = logs.sourceOf(process)
    const ends = new Map([logFile, errorFile].map((log) => [log, endOf(log)]))
    const begun = this.#begunBy(name, run)
    const isFirst = !this.#pending.has(name)
    this.#pending.set(name, { event, managed, process, ends, tree: trees.lastTree(process.id, begun.pid), begun })
    const since = clock.monotonic() - (this.#reportedAt.get(name) ?? Number.NEGATIVE_INFINITY)
    // After the last attempt somebody will want to know at once.
    if (event.delay === undefined || since >= EVERY) this.#report(name)
    else if (isFirst) clock.after(EVERY - since, () => this.#report(name))
  }

  #report(name: string): void {
    const crash = this.#pending.get(name)
    if (!crash) return
    this.#pending.delete(name)
    this.#reportedAt.set(name, this.#options.clock.monotonic())
    this.#do(async () => {
      const { report } = await import('./report.ts')
      await report(crash, this.#options, () => this.#isOver())
      this.#hasWarned = false
    })
  }

  #begunBy(name: string, run: number): Begun {
    const begun = this.#begun.get(name)
    return begun?.run === run ? begun : { run, pid: null, git: null }
  }

  #forget(name: string): void {
    this.#looks.get(name)?.()
    for (const known of [this.#begun, this.#looks, this.#pending, this.#reportedAt]) known.delete(name)
    this.#do(async () => {
      if (!this.#isOver()) removeGoodRun(this.#options.tuixDir, name)
    })
  }

  /** At the path of the folder may be that of another supervisor by now. */
  #isOver(): boolean {
    return this.#isClosed || !this.#options.home.isHere()
  }

  /** One after the other: a hundred crashes at once take no more memory than one. A failure is said once, until a report is written again. */
  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error) => {
      if (!this.#hasWarned && !this.#isOver())
        this.#options.events.warn(`a crash report could not be written: ${reasonOf(error)}`)
      this.#hasWarned = true
    })
  }
}

function endOf(log: string): number {
  try {
    return logEnd(log)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
