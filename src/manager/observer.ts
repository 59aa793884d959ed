import type { ContextLine } from '../logs/reading/context.ts'
import type { LogsAfter } from '../logs/reading/cursor.ts'
import type { LogQuery } from '../logs/reading/query.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { PlannedAction, PlanStep } from '../model/planning/plan.ts'
import type { Reveal, Selection } from '../model/planning/requests.ts'
import type { ProcessTree } from '../model/tree/tree.ts'
import type { Condition } from '../model/views/condition.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../model/views/state.ts'
import type { SupervisorInfo } from '../model/views/supervisor-info.ts'
import type { WebInfo } from '../model/views/web-info.ts'
import type { HistoryQuery } from '../storage/history.ts'
import type { Reason } from '../storage/why.ts'
import { ManagerBase } from './base.ts'
import type { SupervisorStatus } from './connect/supervision.ts'
import { endable, keepingAlive } from './endable.ts'
import type { AddedEnvironment } from './environment.ts'
import type { ManagerEvents } from './listeners.ts'
import type { FollowOptions, Which } from './records.ts'
import type { WaitOptions } from './wait.ts'

/** Answers questions about the processes of one `.tuix` folder. `ProcessManager` adds the methods that change them. */
export class ProcessObserver extends ManagerBase {
  /** All processes. Values that look like secrets are `••••`, unless `reveal` is set. */
  async list(options: Reveal = {}): Promise<ProcessState[]> {
    const host = this.elsewhere?.isHere ? undefined : this.elsewhere?.target.name
    const answer = this.fallback.ask(
      () => this.connection.control.list(options),
      (saved) => saved.list(options),
    )
    // A name of another machine means another process on this one.
    return host === undefined ? answer : (await answer).map(({ url: _, ...state }) => ({ host, ...state }))
  }

  /** Where the web listener listens. Asks a supervisor, and launches none. */
  async web(): Promise<WebInfo> {
    this.onlyHere('the web listener')
    const idle = await this.fallback.idle()
    return idle ? { url: null, token: null } : this.connection.control.web({})
  }

  /** The processes as last saved. Asks no supervisor, and has no usage. */
  async saved(): Promise<ProcessState[]> {
    return this.elsewhere ? this.list() : (await this.fallback.saved()).list()
  }

  /** One process in full, with secrets as in `list`. Rejects with `unknown-process`. */
  async status(name: string, options: Reveal = {}): Promise<ProcessDetail> {
    if (typeof name !== 'string')
      throw new ProcessManagerError('usage', 'status needs a name; list() has all processes')
    const host = this.elsewhere?.target.name
    const detail = await this.fallback.ask(
      () => this.connection.control.status({ name, ...options }),
      (saved) => saved.status(name, options),
    )
    const { url: _, ...elsewhere } = detail
    return host === undefined ? detail : { host, ...elsewhere }
  }

  /** Usage of the whole process tree: memory in MB, cpu in percent of one core, uptime in seconds. */
  async getStats(name: string): Promise<ProcessStats> {
    return this.connection.control.stats({ name })
  }

  /** The same as `getStats`; without a name, of all running processes, by name. */
  stats(name: string): Promise<ProcessStats>
  stats(): Promise<Record<string, ProcessStats>>
  stats(name?: string): Promise<ProcessStats | Record<string, ProcessStats>> {
    return name === undefined ? this.allStats() : this.getStats(name)
  }

  /** The trees of now: every member with its usage and ports, also one that left its session. Secrets as in `list`. */
  async trees(options: Reveal = {}): Promise<ProcessTree[]> {
    return this.fallback.ask(
      () => this.connection.control.trees(options),
      (saved) => saved.trees(options),
    )
  }

  /** The same for one process. Rejects with `unknown-process`. */
  async tree(name: string, options: Reveal = {}): Promise<ProcessTree> {
    return this.fallback.ask(
      () => this.connection.control.tree({ name, ...options }),
      (saved) => saved.tree(name, options),
    )
  }

  /**
   * The variables of a process besides the inherited ones, with secrets as in `list`. For a process that was never started,
   * those in its declaration. Rejects with `unknown-process`.
   */
  async environment(name: string, { reveal = false }: Reveal = {}): Promise<AddedEnvironment> {
    const { environmentOf } = await import('./environment.ts')
    const { options, cwd, tuixDir } = this
    const status = () => this.status(name, { reveal: true })
    return environmentOf(name, { options, cwd, tuixDir, reveal, isElsewhere: this.isElsewhere, status })
  }

  /**
   * Lines of the logs of one or several processes: stdout, stderr and events in time order. By default the last 100; with a
   * query all that match, unless it has `lines`.
   */
  logs(names: string | string[], query: number | LogQuery = 100): Promise<ProcessLog[]> {
    return this.records.read(names, typeof query === 'number' ? { lines: query } : query)
  }

  /**
   * Lines since an earlier call, with a cursor for the next one. Each line is in exactly one of a series of calls.
   *
   * @param cursor from the call before; `start`: all lines; `end`: only lines after this call
   */
  logsAfter(names: string | string[], cursor: string, query: LogQuery = {}): Promise<LogsAfter> {
    return this.records.readAfter(names, cursor, query)
  }

  /** Lines that match, and the lines of every process up to `around` ms before and after them. */
  logsAround(names: string | string[], query: LogQuery, around: number): Promise<ContextLine[][]> {
    return this.records.readAround(names, query, around)
  }

  /**
   * Calls `callback` for the last `lines` (default 0) and for every line from now on. No line is lost or doubled. Returns a
   * function that ends it. It does not keep the app alive.
   *
   * @param which names, or a test of each process. Processes that match later are followed, too.
   */
  followLogs(which: Which, callback: (log: ProcessLog) => void, options: FollowOptions = {}): () => void {
    return this.records.follow(which, callback, options)
  }

  /** The same as an iterator, which keeps the app alive. Ends with `return()`, a `break` or the signal. */
  logLines(
    which: Which,
    { signal, ...options }: FollowOptions & { signal?: AbortSignal } = {},
  ): AsyncGenerator<ProcessLog, void, undefined> {
    return endable((end) => this.records.iterate(which, options, end), signal)
  }

  /**
   * Resolves when a process meets a condition, by default when it is healthy (running, if it has no health check). Rejects
   * with `timeout`, or as soon as the condition cannot be met any more unless somebody acts.
   */
  async waitFor(name: string, condition: Condition = 'healthy', options: WaitOptions = {}): Promise<ProcessState> {
    const { waitForCondition } = await import('./wait.ts')
    // Not from what was saved: a supervisor that does not answer cannot say whether the condition is met.
    const look = async () => {
      const idle = await this.fallback.idle()
      return idle ? idle.status(name) : this.connection.control.status({ name })
    }
    return waitForCondition(name, condition, {
      ...options,
      look,
      events: (signal) => this.connection.control.events({}, signal),
    })
  }

  /** Calls the listener at every such event. It does not keep the app alive. */
  on<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): this {
    this.listeners.on(type, listener)
    return this
  }

  off<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): this {
    this.listeners.off(type, listener)
    return this
  }

  /** All events of all processes from now on, as an iterator, which keeps the app alive. Ends with `return()`, a `break` or the signal. */
  events({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<ProcessEvent, void, undefined> {
    return endable((end) => keepingAlive(this.connection.control.events({}, end)), signal)
  }

  /** Past events, oldest first, as far as they are kept (4 to 8 MB). Needs no supervisor. */
  history(query: HistoryQuery = {}): Promise<ProcessEvent[]> {
    return this.records.history(query)
  }

  /**
   * Past events and then every new one, each once, across supervisors. Ends with `return()`, a `break` or the signal. Needs
   * no supervisor. `isMeant` is asked at each new event of a process that `names` leaves out, such as one that comes later.
   */
  followHistory(
    query: HistoryQuery = {},
    { signal, isMeant }: { signal?: AbortSignal; isMeant?: (name: string) => Promise<boolean> } = {},
  ): AsyncGenerator<ProcessEvent, void, undefined> {
    return endable((end) => this.records.followHistory(query, end, isMeant), signal)
  }

  /** The events that led to the present state of a process, last first, back to the last order by hand, at most `most`. */
  async why(name: string, most = 5): Promise<Reason[]> {
    const { reasonsOf } = await import('../storage/why.ts')
    return reasonsOf(name, most, {
      history: (query) => this.history(query),
      logs: (of, query) => this.logs(of, query),
    })
  }

  /**
   * The steps of a command, in order, without carrying them out, from the saved state. Needs no supervisor. Rejects with
   * `config` or `unknown-process`.
   *
   * @param action default `apply`, which always selects all processes
   * @param counts numbers of instances, for `scale`
   */
  async plan(
    action: PlannedAction = 'apply',
    selection: Selection = { all: true },
    counts: Record<string, number> = {},
  ): Promise<PlanStep[]> {
    if (this.elsewhere) {
      const request = await this.startRequest(selection, { scale: counts })
      return this.connection.control.plan({ ...request, action })
    }
    const { planOf } = await import('./plan.ts')
    return planOf(this.options, this.cwd, this.tuixDir, { action, selection, scale: counts })
  }

  /** The current supervisor; null if there is none. */
  async supervisor(): Promise<SupervisorInfo | null> {
    const { findSupervisor } = await import('../client/find.ts')
    return this.elsewhere ? this.connection.control.info({}) : findSupervisor(this.tuixDir)
  }

  /** The same, with its usage. */
  async supervisorStatus(): Promise<SupervisorStatus | null> {
    this.onlyHere('the status of the supervisor')
    const { supervisorStatus } = await import('./connect/supervision.ts')
    return supervisorStatus(this.tuixDir)
  }

  /** @internal */
  protected async allStats(): Promise<Record<string, ProcessStats>> {
    const running = (await this.list()).filter(({ pid }) => pid !== null)
    return Object.fromEntries(
      await Promise.all(running.map(async ({ name }) => [name, await this.getStats(name)] as const)),
    )
  }
}
