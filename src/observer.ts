import { resolve } from 'node:path'
import { detailAtRest, processesAtRest, stateAtRest, treeAtRest, treesAtRest } from './at-rest.ts'
import { readState } from './client/discover.ts'
import { Connection } from './connection.ts'
import { endable } from './endable.ts'
import type { AddedEnvironment } from './environment.ts'
import { followAll } from './follow-all.ts'
import { Listeners, type ManagerEvents } from './listeners.ts'
import type { ContextLine } from './logs/context.ts'
import type { LogsAfter } from './logs/cursor.ts'
import type { HistoryQuery } from './logs/history.ts'
import type { LogQuery } from './logs/query.ts'
import type { Condition } from './model/condition.ts'
import type { Reveal, Selection, SupervisorInfo } from './model/control.ts'
import type { ProcessEvent } from './model/events.ts'
import type { ProcessLog } from './model/logs.ts'
import { pathsOf } from './model/paths.ts'
import type { PlannedAction, PlanStep } from './model/plan.ts'
import type { ManagedProcess } from './model/process.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from './model/state.ts'
import type { ProcessTree } from './model/tree.ts'
import type { ManagerOptions } from './options.ts'
import { type FollowOptions, ProcessLogs } from './process-logs.ts'
import type { SupervisorStatus } from './supervision.ts'
import { canonicalFolder } from './system/folder.ts'
import type { WaitOptions } from './wait.ts'
import type { Reason } from './why.ts'

/** What can be asked about the processes of one `.tuix` folder; `ProcessManager` adds what can be done with them. */
export class ProcessObserver {
  /** Absolute path of the state folder. */
  readonly tuixDir: string
  protected readonly options: ManagerOptions
  protected readonly cwd: string
  protected readonly connection: Connection
  protected readonly listeners: Listeners
  readonly #logs: ProcessLogs

  constructor(config: ManagerOptions = {}, cwd: string = process.cwd()) {
    this.options = config
    this.cwd = resolve(cwd)
    this.tuixDir = canonicalFolder(resolve(this.cwd, config.tuixDir ?? '.tuix'))
    this.connection = new Connection({
      tuixDir: this.tuixDir,
      mode: config.supervisor ?? 'embedded',
      supervisorCommand: config.supervisorCommand,
      warn: (message) => this.warn(message),
      released: () => config.onReleased?.(),
    })
    this.#logs = new ProcessLogs({
      tuixDir: this.tuixDir,
      saved: () => readState(this.tuixDir),
      find: (name) => this.status(name),
      warn: (message) => this.warn(message),
    })
    this.listeners = new Listeners({
      events: (signal) => this.connection.events(signal),
      follow: (callback) =>
        followAll(
          {
            sources: () => this.#logs.sources(),
            follow: (which, each, options) => this.#logs.follow(which, each, options),
            events: (signal) => this.connection.events(signal),
          },
          callback,
        ),
      stats: () => this.#allStats(),
    })
  }

  /** All processes. Values that look like secrets are `••••`, unless `reveal` asks for them as they are. */
  async list(options: Reveal = {}): Promise<ProcessState[]> {
    const idle = this.#idle()
    if (idle) return idle.map((process) => stateAtRest(this.tuixDir, process, options))
    return this.connection.ask((control) => control.list(options))
  }

  /** The processes as they were written down last: at once, asking nobody, and without usage. */
  saved(): ProcessState[] {
    return readState(this.tuixDir).map((process) => stateAtRest(this.tuixDir, process))
  }

  /** One process in full, secrets as in `list`. Rejects with `unknown-process`. */
  async status(name: string, options: Reveal = {}): Promise<ProcessDetail> {
    const idle = this.#idle()
    if (!idle) return this.connection.ask((control) => control.status(name, options))
    return detailAtRest(this.tuixDir, idle, name, options)
  }

  /** Usage of the whole process tree: memory in MB, cpu in percent of one core, uptime in seconds. */
  async getStats(name: string): Promise<ProcessStats> {
    return this.connection.ask((control) => control.stats(name))
  }

  /**
   * What runs of each process at this moment: every process of its tree with its own usage, also those that left their
   * group or session, and what each listens on. Secrets as in `list`.
   */
  async trees(options: Reveal = {}): Promise<ProcessTree[]> {
    const idle = this.#idle()
    return idle ? treesAtRest(this.tuixDir, idle, options) : this.connection.ask((control) => control.trees(options))
  }

  /** The same of one process. Rejects with `unknown-process`. */
  async tree(name: string, options: Reveal = {}): Promise<ProcessTree> {
    const idle = this.#idle()
    return idle
      ? treeAtRest(this.tuixDir, idle, name, options)
      : this.connection.ask((control) => control.tree(name, options))
  }

  /**
   * The variables that a process has beside those that it inherits, secrets as in `list`; of one that was never started, those that
   * the options declare. Rejects with `unknown-process`.
   */
  async environment(name: string, { reveal = false }: Reveal = {}): Promise<AddedEnvironment> {
    const { addedEnvironment, declaredEnvironment } = await import('./environment.ts')
    try {
      const { config, pid, port } = await this.status(name, { reveal: true })
      return addedEnvironment(config, { pid, port, reveal })
    } catch (error) {
      const declared = await declaredEnvironment(name, {
        options: this.options,
        cwd: this.cwd,
        tuixDir: this.tuixDir,
        reveal,
      })
      if (declared) return declared
      throw error
    }
  }

  /**
   * Lines of a process's log, or of several together: stdout, stderr and the supervisor's words in time order. The last
   * `lines` (default 100), or those that a query asks for (all of them unless it says how many).
   */
  logs(names: string | string[], query: number | LogQuery = 100): Promise<ProcessLog[]> {
    return this.#logs.read(names, typeof query === 'number' ? { lines: query } : query)
  }

  /**
   * Lines since an earlier call, with a cursor for the next one: each line is in exactly one of a series of calls.
   *
   * @param cursor from the call before; `start`: all there is; `end`: only what comes after this call
   */
  logsAfter(names: string | string[], cursor: string, query: LogQuery = {}): Promise<LogsAfter> {
    return this.#logs.readAfter(names, cursor, query)
  }

  /** Lines that match, and what every process said up to `around` ms before and after: stretches without a gap. */
  logsAround(names: string | string[], query: LogQuery, around: number): Promise<ContextLine[][]> {
    return this.#logs.readAround(names, query, around)
  }

  /**
   * Calls back for every line that is logged from now on, after the last `lines` (default 0) of before, with none lost or
   * doubled between the two. The result ends it. Following alone keeps no app alive.
   */
  followLogs(names: string | string[], callback: (log: ProcessLog) => void, options: FollowOptions = {}): () => void {
    return this.#logs.follow(names, callback, options)
  }

  /** The same as an iterator, which keeps the app alive. Ends with `return()`, a `break` or the signal. */
  logLines(
    names: string | string[],
    { signal, ...options }: FollowOptions & { signal?: AbortSignal } = {},
  ): AsyncGenerator<ProcessLog, void, undefined> {
    return endable((end) => this.#logs.iterate(names, options, end), signal)
  }

  /**
   * Resolves when a process meets a condition, by default when it is healthy (running, if it has no health check). Rejects
   * with `timeout`, or as soon as it cannot be met any more unless somebody acts.
   *
   */
  async waitFor(name: string, condition: Condition = 'healthy', options: WaitOptions = {}): Promise<ProcessState> {
    const { waitForCondition } = await import('./wait.ts')
    const look = () => this.status(name)
    return waitForCondition(name, condition, { ...options, look, events: (signal) => this.connection.events(signal) })
  }

  on<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): this {
    this.listeners.on(type, listener)
    return this
  }

  off<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): this {
    this.listeners.off(type, listener)
    return this
  }

  /** Everything that happens to any process from now on. Ends with `return()` or a `break`. */
  events(): AsyncGenerator<ProcessEvent, void, undefined> {
    return endable((end) => this.connection.events(end))
  }

  /** What has happened, oldest first, as far back as is kept (4 to 8 MB). Needs no supervisor. */
  async history(query: HistoryQuery = {}): Promise<ProcessEvent[]> {
    const { readHistory } = await import('./logs/history.ts')
    return readHistory(pathsOf(this.tuixDir).events, query)
  }

  /**
   * What has happened and then what happens, each event once, whoever supervises. Ends with `return()`, a `break` or the
   * signal. Needs no supervisor.
   */
  followHistory(
    query: HistoryQuery = {},
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<ProcessEvent, void, undefined> {
    const path = pathsOf(this.tuixDir).events
    return endable(async function* (end) {
      const { followHistory } = await import('./logs/history.ts')
      yield* followHistory(path, query, end)
    }, signal)
  }

  /** Why a process is as it is: what led to it, last first, back to the last order by hand, at most `most` links. */
  async why(name: string, most = 5): Promise<Reason[]> {
    const { reasonsOf } = await import('./why.ts')
    return reasonsOf(name, most, {
      history: (query) => this.history(query),
      logs: (of, query) => this.logs(of, query),
    })
  }

  /**
   * What a command would do, in this order, by what is on the disk; nothing is changed, and no supervisor needed. Rejects
   * with `config` or `unknown-process`.
   *
   * @param action by default `apply`, which always means all
   * @param counts of `scale`: how many instances of which
   */
  async plan(
    action: PlannedAction = 'apply',
    selection: Selection = { all: true },
    counts: Record<string, number> = {},
  ): Promise<PlanStep[]> {
    const { planOf } = await import('./plan.ts')
    return planOf(this.options, this.cwd, this.tuixDir, { action, selection, scale: counts })
  }

  /** Who supervises now; null: nobody. */
  async supervisor(): Promise<SupervisorInfo | null> {
    const { findSupervisor } = await import('./client/find.ts')
    return findSupervisor(this.tuixDir)
  }

  /** The same with what it costs. */
  async supervisorStatus(): Promise<SupervisorStatus | null> {
    const { supervisorStatus } = await import('./supervision.ts')
    return supervisorStatus(this.tuixDir)
  }

  /** A command that only asks launches no daemon where none is needed. */
  #idle(): ManagedProcess[] | null {
    return this.options.supervisor === 'daemon' ? processesAtRest(this.tuixDir) : null
  }

  async #allStats(): Promise<Record<string, ProcessStats>> {
    const running = (await this.list()).filter(({ pid }) => pid !== null)
    return Object.fromEntries(
      await Promise.all(running.map(async ({ name }) => [name, await this.getStats(name)] as const)),
    )
  }

  protected warn(message: string): void {
    if (this.options.onWarning) this.options.onWarning(message)
    else this.listeners.warn(message)
  }
}
