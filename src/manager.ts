import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { findSupervisor, readInfo, readState } from './client/discover.ts'
import { Connection } from './connection.ts'
import { Hold } from './hold.ts'
import { Listeners, type ManagerEvents } from './listeners.ts'
import type { Condition } from './model/condition.ts'
import type { ProcessConfig } from './model/config.ts'
import type { Outcome, Selection, SupervisorInfo } from './model/control.ts'
import { ProcessManagerError } from './model/errors.ts'
import type { ProcessEvent } from './model/events.ts'
import type { LogSource, ProcessLog } from './model/logs.ts'
import { sourceOf } from './model/paths.ts'
import type { ManagedProcess } from './model/process.ts'
import { detail, snapshot } from './model/snapshot.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from './model/state.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'

export interface FollowOptions {
  /** How many of the last lines to begin with. */
  lines?: number
}

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

  constructor(config: ManagerOptions = {}, cwd: string = process.cwd()) {
    this.#options = config
    this.#cwd = resolve(cwd)
    this.tuixDir = canonical(resolve(this.#cwd, config.tuixDir ?? '.tuix'))
    this.#connection = new Connection(this.tuixDir, config.supervisor ?? 'embedded', (message) => this.#warn(message))
    this.#hold = new Hold(() => this.#connection.ask((control) => control.list()))
    this.#listeners = new Listeners({
      events: (signal) => this.#events(signal),
      follow: (callback) => this.#followAll(callback),
      stats: () => this.#allStats(),
    })
  }

  /** Finds or becomes the supervisor, declares the configured processes and starts those with `autostart`. */
  async init(): Promise<void> {
    await this.#connection.reach()
    const names = (this.#options.processes ?? []).filter(({ autostart }) => autostart).map(({ name }) => name)
    if (names.length > 0) throwFirst(await this.execute('start', { names }))
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
   * @param options `timeout` in ms, default none
   */
  async waitFor(
    name: string,
    condition: Condition = 'healthy',
    options: { timeout?: number } = {},
  ): Promise<ProcessState> {
    const { waitForCondition } = await import('./wait.ts')
    return waitForCondition(
      () => this.status(name),
      (signal) => this.#events(signal),
      name,
      condition,
      options.timeout,
    )
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
    if (idle) return idle.map((process) => snapshot(process, this.#sourceOf(process), null, Date.now()))
    return this.#connection.ask((control) => control.list())
  }

  /** Rejects with `unknown-process`. */
  async status(name: string): Promise<ProcessDetail> {
    const idle = this.#idle()
    if (!idle) return this.#connection.ask((control) => control.status(name))
    const process = idle.find(({ config }) => config.name === name)
    if (!process) throw unknownProcess(name)
    const state = snapshot(process, this.#sourceOf(process), null, Date.now())
    return detail(process, state, { environment: 'start', metrics: {}, channelOpen: false })
  }

  /** Usage of the whole process tree: memory in MB, cpu in percent of one core, uptime in seconds. */
  async getStats(name: string): Promise<ProcessStats> {
    return this.#connection.ask((control) => control.stats(name))
  }

  /** The last lines of a process's log, or of several together: stdout, stderr and the supervisor's words in time order. */
  async logs(names: string | string[], lines = 100): Promise<ProcessLog[]> {
    const { readLogs } = await import('./logs/read.ts')
    return readLogs(await this.#sources(names), { lines })
  }

  /**
   * Calls back for every line that is logged from now on, after the last `lines` (default 0) of before, with none lost or
   * doubled between the two. The result ends it.
   */
  followLogs(
    names: string | string[],
    callback: (log: ProcessLog) => void,
    { lines = 0 }: FollowOptions = {},
  ): () => void {
    let end: (() => void) | undefined
    let ended = false
    void Promise.all([import('./logs/follow.ts'), this.#sources(names)]).then(
      ([{ followLogs }, sources]) => {
        if (ended) return
        const following = followLogs(sources, { lines }, callback, { onError: (error) => this.#warn(`logs: ${error}`) })
        end = () => following.dispose()
      },
      (error: Error) => this.#warn(`logs of ${names} cannot be followed: ${error.message}`),
    )
    return () => {
      ended = true
      end?.()
    }
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
    const end = new AbortController()
    const events = this.#events(end.signal)
    // A generator's own `return` waits for the `next` before it, which may wait for an event that never comes.
    const finish = events.return.bind(events)
    events.return = (value) => {
      end.abort()
      return finish(value)
    }
    return events
  }

  /** Who supervises now; null: nobody. */
  async supervisor(): Promise<SupervisorInfo | null> {
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

  /** The processes from the disk, while no supervisor lives and none is needed: nothing of them runs or is wanted up. */
  #idle(): ManagedProcess[] | null {
    if (this.#options.supervisor !== 'daemon' || readInfo(this.tuixDir)) return null
    const processes = readState(this.tuixDir)
    return processes.every(({ wanted, status }) => status === 'error' || (wanted === 'down' && status !== 'stopping'))
      ? processes
      : null
  }

  #sources(names: string | string[]): Promise<LogSource[]> {
    return Promise.all([names].flat().map((name) => this.#source(name)))
  }

  async #source(name: string): Promise<LogSource> {
    const saved = readState(this.tuixDir).find(({ config }) => config.name === name)
    if (saved) return this.#sourceOf(saved)
    await this.status(name)
    const known = readState(this.tuixDir).find(({ config }) => config.name === name)
    if (!known) throw unknownProcess(name)
    return this.#sourceOf(known)
  }

  #sourceOf(process: Pick<ManagedProcess, 'config'>): LogSource {
    return sourceOf(this.tuixDir, process)
  }

  async *#events(signal: AbortSignal): AsyncGenerator<ProcessEvent> {
    yield* (await this.#connection.reach()).events(signal)
  }

  #followAll(callback: (log: ProcessLog) => void): () => void {
    const ends = readState(this.tuixDir).map(({ config }) => this.followLogs(config.name, callback))
    return () => {
      for (const end of ends) end()
    }
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

/** Two spellings of one folder must find one supervisor; a folder that does not exist yet has only one. */
function canonical(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

function unknownProcess(name: string): ProcessManagerError {
  return new ProcessManagerError('unknown-process', `no process is named \`${name}\``)
}

function throwFirst(outcomes: Outcome[]): void {
  const failed = outcomes.find(({ ok }) => !ok)
  if (failed)
    throw new ProcessManagerError(failed.code ?? 'internal', `${failed.name}: ${failed.message}`, failed.lastLines)
}
