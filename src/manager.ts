import { resolve } from 'node:path'
import { detailAtRest, processesAtRest, stateAtRest } from './at-rest.ts'
import { Connection } from './connection.ts'
import { endable } from './endable.ts'
import { Hold } from './hold.ts'
import { Listeners, type ManagerEvents } from './listeners.ts'
import type { ContextLine } from './logs/context.ts'
import type { LogsAfter } from './logs/cursor.ts'
import type { LogQuery } from './logs/query.ts'
import type { Condition } from './model/condition.ts'
import type { ProcessConfig } from './model/config.ts'
import type { Outcome, Selection, SupervisorInfo } from './model/control.ts'
import type { ProcessEvent } from './model/events.ts'
import type { ProcessLog } from './model/logs.ts'
import type { ManagedProcess } from './model/process.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from './model/state.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'
import { throwFirst } from './outcomes.ts'
import { type FollowOptions, ProcessLogs } from './process-logs.ts'
import { canonicalFolder } from './system/folder.ts'
import type { WaitOptions } from './wait.ts'

/**
 * Manages the processes of one `.tuix` folder, through the supervisor that is alive, or by becoming it. All methods reject
 * with a `ProcessManagerError`; its `code` tells the kind.
 */
export class ProcessManager implements AsyncDisposable {
  /** Absolute path of the state folder. */
  readonly tuixDir: string
  readonly #options: ManagerOptions
  readonly #cwd: string
  readonly #listeners: Listeners
  readonly #connection: Connection
  readonly #hold: Hold
  readonly #logs: ProcessLogs

  constructor(config: ManagerOptions = {}, cwd: string = process.cwd()) {
    this.#options = config
    this.#cwd = resolve(cwd)
    this.tuixDir = canonicalFolder(resolve(this.#cwd, config.tuixDir ?? '.tuix'))
    this.#connection = new Connection(this.tuixDir, config.supervisor ?? 'embedded', (message) => this.#warn(message))
    this.#hold = new Hold(() => this.#connection.ask((control) => control.list()))
    this.#logs = new ProcessLogs({
      tuixDir: this.tuixDir,
      find: (name) => this.status(name),
      warn: (message) => this.#warn(message),
    })
    this.#listeners = new Listeners({
      events: (signal) => this.#connection.events(signal),
      follow: (callback) => this.#logs.followAll(callback),
      stats: () => this.#allStats(),
    })
  }

  /** Finds or becomes the supervisor, declares the configured processes and starts those with `autostart`. */
  async init(): Promise<void> {
    await this.#connection.reach()
    const { processes = [] } = this.#options
    const names = processes.filter(({ autostart }) => autostart).map(({ name }) => name)
    if (processes.length > 0) throwFirst(await this.execute('start', { names }))
  }

  /** Starts a process, declared here or before, and resolves when it is up. Rejects with its exit code and last lines. */
  async start(process: ProcessConfig | string): Promise<void> {
    const name = typeof process === 'string' ? process : process.name
    const extra = typeof process === 'string' ? [] : [process]
    throwFirst(await this.#begin('start', { names: [name] }, {}, extra))
  }

  /** Stops a process and everything it started; resolves when nothing of it is left. */
  async stop(name: string): Promise<void> {
    throwFirst(await this.execute('stop', { names: [name] }))
  }

  async restart(name: string): Promise<void> {
    throwFirst(await this.execute('restart', { names: [name] }))
  }

  /** Stops a process and forgets it. Its log files stay. */
  async remove(name: string): Promise<void> {
    throwFirst(await this.execute('remove', { names: [name] }))
  }

  /** Restarts the instances of a process one by one, each new one ready before the next old one goes. */
  async reload(name: string): Promise<void> {
    throwFirst(await this.execute('reload', { names: [name] }))
  }

  /** Brings declared processes to these numbers of instances; surplus ones are stopped and removed. */
  scale(counts: Record<string, number>, options: CommandOptions = {}): Promise<Outcome[]> {
    return this.#begin('scale', { names: Object.keys(counts) }, { ...options, scale: counts }, [])
  }

  /**
   * Resolves when a process meets a condition, by default when it is healthy (running, if it has no health check). Rejects
   * with `timeout`, or as soon as it cannot be met any more unless somebody acts.
   *
   */
  async waitFor(name: string, condition: Condition = 'healthy', options: WaitOptions = {}): Promise<ProcessState> {
    const { waitForCondition } = await import('./wait.ts')
    const look = () => this.status(name)
    return waitForCondition(name, condition, { ...options, look, events: (signal) => this.#connection.events(signal) })
  }

  /** Sends a message to a process that has `ipc: true`. */
  async send(name: string, message: unknown): Promise<void> {
    await this.#connection.ask((control) => control.send(name, message))
  }

  async startGroup(group: string): Promise<void> {
    throwFirst(await this.execute('start', { group }))
  }

  async restartGroup(group: string): Promise<void> {
    throwFirst(await this.execute('restart', { group }))
  }

  async stopGroup(group: string): Promise<void> {
    throwFirst(await this.execute('stop', { group }))
  }

  async startAll(): Promise<void> {
    throwFirst(await this.execute('start', { all: true }))
  }

  async stopAll(): Promise<void> {
    throwFirst(await this.execute('stop', { all: true }))
  }

  /** Several processes at once, each with its own outcome; rejects only when the command as a whole could not be carried out. */
  async execute(
    action: 'start' | 'stop' | 'restart' | 'reload' | 'remove',
    selection: Selection,
    options: CommandOptions = {},
  ): Promise<Outcome[]> {
    if (action !== 'stop' && action !== 'remove') return this.#begin(action, selection, options, [])
    const outcomes = await this.#connection.ask((control) => control[action](selection))
    await this.#hold.update()
    return outcomes
  }

  async list(): Promise<ProcessState[]> {
    const idle = this.#idle()
    if (idle) return idle.map((process) => stateAtRest(this.tuixDir, process))
    return this.#connection.ask((control) => control.list())
  }

  /** Rejects with `unknown-process`. */
  async status(name: string): Promise<ProcessDetail> {
    const idle = this.#idle()
    if (!idle) return this.#connection.ask((control) => control.status(name))
    return detailAtRest(this.tuixDir, idle, name)
  }

  /** Usage of the whole process tree: memory in MB, cpu in percent of one core, uptime in seconds. */
  async getStats(name: string): Promise<ProcessStats> {
    return this.#connection.ask((control) => control.stats(name))
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

  /** Empties logs, their archives included, while processes go on writing. */
  flush(selection: Selection): Promise<Outcome[]> {
    return this.#connection.ask((control) => control.flush(selection))
  }

  on<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): this {
    this.#listeners.on(type, listener)
    return this
  }

  off<Type extends keyof ManagerEvents>(type: Type, listener: (event: ManagerEvents[Type]) => void): this {
    this.#listeners.off(type, listener)
    return this
  }

  /** Everything that happens to any process from now on. Ends with `return()` or a `break`. */
  events(): AsyncGenerator<ProcessEvent, void, undefined> {
    return endable((end) => this.#connection.events(end))
  }

  /** Who supervises now; null: nobody. */
  async supervisor(): Promise<SupervisorInfo | null> {
    const { findSupervisor } = await import('./client/find.ts')
    return findSupervisor(this.tuixDir)
  }

  /** Lets go: every process keeps running, for the next supervisor if this one was it. */
  async close(): Promise<void> {
    this.#listeners.close()
    this.#hold.end()
    await this.#connection.close()
  }

  /** Stops every process of the folder, then closes. */
  async cleanup(): Promise<void> {
    throwFirst(await this.execute('stop', { all: true }))
    await this.close()
  }

  /** Stops what this manager started, then closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    const names = this.#hold.names()
    if (names.length > 0) throwFirst(await this.execute('stop', { names }))
    await this.close()
  }

  async #begin(
    action: 'start' | 'restart' | 'reload' | 'scale',
    selection: Selection,
    options: CommandOptions,
    extra: ProcessConfig[],
  ): Promise<Outcome[]> {
    const { startRequest } = await import('./request.ts')
    const request = await startRequest(this.#options, this.#cwd, selection, options, extra)
    const outcomes = await this.#connection.ask((control) => control[action](request))
    for (const { warnings } of outcomes) for (const warning of warnings) this.#warn(warning)
    if (request.owner) {
      const own = outcomes.filter(
        ({ message, state }) => state?.owned && state.wanted === 'up' && message !== 'already running',
      )
      this.#hold.add(
        own.map(({ name }) => name),
        !this.#connection.embedded,
      )
    }
    return outcomes
  }

  /** A command that only asks launches no daemon where none is needed. */
  #idle(): ManagedProcess[] | null {
    return this.#options.supervisor === 'daemon' ? processesAtRest(this.tuixDir) : null
  }

  async #allStats(): Promise<Record<string, ProcessStats>> {
    const running = (await this.list()).filter(({ pid }) => pid !== null)
    return Object.fromEntries(
      await Promise.all(running.map(async ({ name }) => [name, await this.getStats(name)] as const)),
    )
  }

  #warn(message: string): void {
    if (this.#options.onWarning) this.#options.onWarning(message)
    else this.#listeners.warn(message)
  }
}

/** A manager that is ready to use. */
export async function createProcessManager(config: ManagerOptions = {}, cwd?: string): Promise<ProcessManager> {
  const manager = new ProcessManager(config, cwd)
  await manager.init()
  return manager
}
