import { Hold } from './hold.ts'
import type { ProcessConfig } from './model/config.ts'
import type { Outcome, Selection, SupervisorInfo } from './model/control.ts'
import { declaredProcesses } from './model/declared.ts'
import type { Finding } from './model/doctor.ts'
import type { SignalName } from './model/signals.ts'
import { ProcessObserver } from './observer.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'
import { throwFirst } from './outcomes.ts'
import type { EndedSupervisor } from './supervision.ts'

/**
 * Manages the processes of one `.tuix` folder, through the supervisor that is alive, or by becoming it. All methods reject
 * with a `ProcessManagerError`; its `code` tells the kind.
 */
export class ProcessManager extends ProcessObserver implements AsyncDisposable {
  readonly #hold: Hold
  #endLogger: (() => void) | undefined

  constructor(config: ManagerOptions = {}, cwd: string = process.cwd()) {
    super(config, cwd)
    this.#hold = new Hold(() => this.connection.ask((control) => control.list()))
  }

  /** Finds or becomes the supervisor, declares the configured processes and starts those with `autostart`. */
  async init(): Promise<void> {
    await this.connection.reach()
    await this.#feedLogger()
    const processes = declaredProcesses(this.options)
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

  /** Declares a process and starts it, as `start` does, but rejects for no outcome. */
  run(process: ProcessConfig, options: CommandOptions = {}): Promise<Outcome[]> {
    return this.#begin('start', { names: [process.name] }, options, [process])
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
   * Makes what runs what this manager declares: what is unchanged goes on, what has changed is restarted, what is new or down
   * is started, and what the same `source` declared before and no longer does is stopped and removed.
   */
  apply(options: CommandOptions = {}): Promise<Outcome[]> {
    return this.#begin('apply', { all: true }, options, [])
  }

  /** Sends a message to a process that has `ipc: true`. */
  async send(name: string, message: unknown): Promise<void> {
    await this.connection.ask((control) => control.send(name, message))
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
    const { timeout, logs } = options
    const request = { ...selection, ...(timeout !== undefined && { timeout }), ...(logs && { logs }) }
    const outcomes = await this.connection.ask((control) => control[action](request))
    await this.#hold.update()
    return outcomes
  }

  /** Empties logs, their archives included, while processes go on writing. */
  flush(selection: Selection): Promise<Outcome[]> {
    return this.connection.ask((control) => control.flush(selection))
  }

  /**
   * Sends a signal to what runs of a process: to the leader of its run, the one that was started, or with `tree` to every
   * living process that it has started, too. What it does with it is its own affair: one that ends of it is restarted as after a
   * crash. To end it, use `stop`. Rejects with `not-running` or `unknown-process`.
   *
   * @param signal `SIGHUP`, `SIGUSR1`, …
   */
  async signal(name: string, signal: SignalName, options: { tree?: boolean } = {}): Promise<void> {
    throwFirst(await this.sendSignal({ names: [name] }, signal, options))
  }

  /** The same for several processes, each with its own outcome. */
  sendSignal(selection: Selection, signal: SignalName, { tree = false }: { tree?: boolean } = {}): Promise<Outcome[]> {
    return this.connection.ask((control) => control.signal({ ...selection, signal, tree }))
  }

  /** Becomes the supervisor, with the option `supervisor: 'foreground'`; a daemon hands its processes over. */
  async supervise(): Promise<void> {
    await this.connection.reach()
    await this.#feedLogger()
  }

  /**
   * Ends the supervisor, wherever it runs but inside an app; every process keeps running for the next one. Resolves with
   * who it was; null: nobody.
   */
  async endSupervisor(): Promise<EndedSupervisor | null> {
    const { endSupervisor } = await import('./supervision.ts')
    const ended = await endSupervisor(this.tuixDir)
    await this.connection.close()
    return ended
  }

  /** Replaces the supervisor by a new daemon; every process keeps running, with its pid. */
  async restartSupervisor(): Promise<{ ended: EndedSupervisor | null; started: SupervisorInfo }> {
    const ended = await this.endSupervisor()
    await this.connection.reach(true)
    return { ended, started: await this.connection.ask((control) => control.info()) }
  }

  /** Looks for what is wrong with the folder, its supervisor and the machine; mends what can be first where that is asked for. */
  async diagnose({ fix = false }: { fix?: boolean } = {}): Promise<Finding[]> {
    const { examine, mend } = await import('./doctor.ts')
    return fix ? mend(this.tuixDir, () => this.connection.reach(true)) : examine(this.tuixDir)
  }

  /** Lets go: every process keeps running, for the next supervisor if this one was it. */
  async close(): Promise<void> {
    this.#endLogger?.()
    this.listeners.close()
    this.#hold.end()
    await this.connection.close()
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

  /** Resolves when it misses nothing any more. */
  async #feedLogger(): Promise<void> {
    const { logger, logOutput = false } = this.options
    if (!logger || this.#endLogger) return
    const end = new AbortController()
    this.#endLogger = () => end.abort()
    const { feedLogger } = await import('./logger.ts')
    await feedLogger(logger, {
      events: (listening) => this.connection.events(end.signal, listening),
      ...(logOutput && { onLine: (listener) => this.listeners.on('log', listener) }),
      warn: (message) => this.warn(message),
    })
  }

  async #begin(
    action: 'start' | 'restart' | 'reload' | 'scale' | 'apply',
    selection: Selection,
    options: CommandOptions,
    extra: ProcessConfig[],
  ): Promise<Outcome[]> {
    const { startRequest } = await import('./request.ts')
    const request = await startRequest(this.options, this.cwd, selection, options, extra)
    const outcomes = await this.connection.ask((control) => control[action](request))
    for (const { warnings } of outcomes) for (const warning of warnings) this.warn(warning)
    if (request.owner) {
      const own = outcomes.filter(
        ({ message, state }) => state?.owned && state.wanted === 'up' && message !== 'already running',
      )
      this.#hold.add(
        own.map(({ name }) => name),
        !this.connection.embedded,
      )
    }
    return outcomes
  }
}

/** A manager that is ready to use. */
export async function createProcessManager(config: ManagerOptions = {}, cwd?: string): Promise<ProcessManager> {
  const manager = new ProcessManager(config, cwd)
  await manager.init()
  return manager
}
