import type { ProcessConfig } from '../model/config/config.ts'
import { declaredProcesses } from '../model/config/declared.ts'
import type { SignalName } from '../model/config/signals.ts'
import type { Finding } from '../model/diagnosis/facts.ts'
import type { Selection } from '../model/planning/requests.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import type { Outcome } from '../model/views/outcome.ts'
import { refuseForeign } from '../system/fs/owner.ts'
import { KeepAlive } from './connect/keep-alive.ts'
import { aliveUntil } from './endable.ts'
import type { Ensured } from './ensure.ts'
import { FolderManager } from './folder-manager.ts'
import type { CommandOptions, ManagerOptions } from './options.ts'
import { throwFirst, unlessAborted } from './result.ts'

/**
 * Manages the processes of one `.tuix` folder, through its living supervisor or by becoming the supervisor. All methods
 * reject with a `ProcessManagerError`, whose `code` is the kind of error.
 */
export class ProcessManager extends FolderManager implements AsyncDisposable {
  readonly #keepAlive: KeepAlive
  /** @internal Whether the app stays alive while what it started is up. */
  protected readonly keepsAppAlive: boolean = true
  #endLogger: (() => void) | undefined

  constructor(config: ManagerOptions = {}, cwd?: string) {
    super(config, cwd)
    this.#keepAlive = new KeepAlive(() => this.connection.control.list({}))
  }

  /** Finds or becomes the supervisor, declares the configured processes, and starts those with `autostart`. */
  async init(): Promise<void> {
    await this.connection.reach()
    await this.#feedLogger()
    const processes = declaredProcesses(this.options)
    const names = processes.filter(({ autostart }) => autostart).map(({ name }) => name)
    if (processes.length > 0) throwFirst(await this.execute('start', { names }))
  }

  /**
   * Starts a process that is declared here or was declared before. Resolves when it is ready; rejects with its exit code
   * and last lines.
   */
  async start(process: ProcessConfig | string, options: CommandOptions = {}): Promise<void> {
    const name = typeof process === 'string' ? process : process.name
    const extra = typeof process === 'string' ? [] : [process]
    throwFirst(await this.#begin('start', { names: [name] }, options, extra))
  }

  /** The same as `start`. */
  add(process: ProcessConfig, options: CommandOptions = {}): Promise<void> {
    return this.start(process, options)
  }

  /** Stops a process and everything that it started. Resolves when nothing is left. */
  async stop(name: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('stop', { names: [name] }, options))
  }

  /** Declares and starts a process like `start`, but resolves to the outcomes instead of rejecting for a failed one. */
  run(process: ProcessConfig, options: CommandOptions = {}): Promise<Outcome[]> {
    return this.#begin('start', { names: [process.name] }, options, [process])
  }

  /** Stops a process, and starts it again. Resolves when it is ready. */
  async restart(name: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('restart', { names: [name] }, options))
  }

  /** Stops a process and forgets it. Its log files stay, unless the option `logs` is set. */
  async remove(name: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('remove', { names: [name] }, options))
  }

  /** Restarts the instances of a process one after the other, each ready before the next one is stopped. */
  async reload(name: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('reload', { names: [name] }, options))
  }

  /** Brings declared processes to these numbers of instances. Surplus instances are stopped and removed. */
  scale(counts: Record<string, number>, options: CommandOptions = {}): Promise<Outcome[]> {
    return this.#begin('scale', { names: Object.keys(counts) }, { ...options, scale: counts }, [])
  }

  /**
   * Makes the running processes match the declarations of this manager: keeps what is unchanged, restarts what has changed,
   * starts what is new or down, and removes what the same `source` declared before and no longer does.
   */
  apply(options: CommandOptions = {}): Promise<Outcome[]> {
    return this.#begin('apply', { all: true }, options, [])
  }

  /**
   * Starts processes or uses those that run, waits until they are ready, and tells where each of them is, or why it is not up.
   * Rejects only if the command as a whole is impossible.
   */
  async ensure(names: string[], options: CommandOptions = {}): Promise<Ensured[]> {
    const { ensuredBy } = await import('./ensure.ts')
    return ensuredBy(() => this.execute('start', { names }, options), this, options)
  }

  /** Sends a message to a process that has `ipc: true`. */
  async send(name: string, message: unknown): Promise<void> {
    await this.connection.control.send({ name, message })
  }

  /** Starts the processes of a group. Rejects with the first failure; the others are started all the same. */
  async startGroup(group: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('start', { group }, options))
  }

  /** Restarts the processes of a group. Rejects as `startGroup` does. */
  async restartGroup(group: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('restart', { group }, options))
  }

  /** Stops the processes of a group and everything that they started. Rejects as `startGroup` does. */
  async stopGroup(group: string, options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('stop', { group }, options))
  }

  /** Starts all processes, each after those that it depends on. Rejects as `startGroup` does. */
  async startAll(options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('start', { all: true }, options))
  }

  /** Stops all processes of the folder, whoever started them. Rejects as `startGroup` does. */
  async stopAll(options: CommandOptions = {}): Promise<void> {
    throwFirst(await this.execute('stop', { all: true }, options))
  }

  /** Acts on several processes, each with its own outcome. Rejects only if the command as a whole is impossible. */
  async execute(
    action: 'start' | 'stop' | 'restart' | 'reload' | 'remove',
    selection: Selection,
    options: CommandOptions = {},
  ): Promise<Outcome[]> {
    if (action !== 'stop' && action !== 'remove') return this.#begin(action, selection, options, [])
    const { timeout, logs = false, comesBack, signal } = options
    const { control } = this.connection
    const request = { ...selection, ...(timeout !== undefined && { timeout }) }
    const asked =
      action === 'stop'
        ? control.stop({ ...request, ...(comesBack && { comesBack }) })
        : control.remove({ ...request, logs })
    const outcomes = await unlessAborted(asked, signal)
    await this.#keepAlive.update()
    this.#warnOf(outcomes)
    return outcomes
  }

  /** Empties logs and deletes their archives, while the processes go on writing. */
  flush(selection: Selection): Promise<Outcome[]> {
    return this.connection.control.flush(selection)
  }

  /**
   * Stops running processes with everything that they have started (SIGSTOP). Until `resume` they are neither checked nor
   * measured, and no changed file restarts them. Resolves to the outcome of each.
   */
  pause(selection: Selection): Promise<Outcome[]> {
    return this.connection.control.pause(selection)
  }

  /** Lets paused processes go on. Resolves to the outcome of each. */
  resume(selection: Selection): Promise<Outcome[]> {
    return this.connection.control.resume(selection)
  }

  /**
   * Sends a signal to the leader of a process's run, or with `tree` to every living process that it has started, too. A
   * process that ends because of it is restarted as after a crash; use `stop` to end it. Rejects with `not-running` or
   * `unknown-process`.
   *
   * @param signal `SIGHUP`, `SIGUSR1`, …
   */
  async signal(name: string, signal: SignalName, options: { tree?: boolean } = {}): Promise<void> {
    throwFirst(await this.sendSignal({ names: [name] }, signal, options))
  }

  /** The same for several processes, each with its own outcome. */
  sendSignal(selection: Selection, signal: SignalName, { tree = false }: { tree?: boolean } = {}): Promise<Outcome[]> {
    return this.connection.control.signal({ ...selection, signal, tree })
  }

  /** Becomes the supervisor, with the option `supervisor: 'foreground'`. A daemon hands its processes over. */
  async supervise(): Promise<void> {
    await this.connection.reach()
    await this.#feedLogger()
  }

  /** Closes the manager. If it is the supervisor, all processes keep running for the next one. */
  async close(): Promise<void> {
    this.#endLogger?.()
    this.listeners.close()
    this.#keepAlive.end()
    await this.connection.close()
  }

  /** Stops all processes of the folder, then closes. */
  async cleanup(): Promise<void> {
    throwFirst(await this.execute('stop', { all: true }))
    await this.close()
  }

  /** The same as `cleanup`. */
  shutdown(): Promise<void> {
    return this.cleanup()
  }

  /** The same as `logs` of one process. */
  getLogs(name: string, lines?: number): Promise<ProcessLog[]> {
    return this.logs(name, lines)
  }

  /** The same as `followLogs`. */
  tailLogs(name: string, callback: (log: ProcessLog) => void): () => void {
    return this.followLogs(name, callback)
  }

  /** The same as `flush` of one process, but rejects if that is impossible. */
  async clearLogs(name: string): Promise<void> {
    throwFirst(await this.flush({ names: [name] }))
  }

  /** The same as `diagnose`. */
  doctor({ autoFix = false }: { autoFix?: boolean } = {}): Promise<Finding[]> {
    return this.diagnose({ fix: autoFix })
  }

  /** Stops the processes that this manager started, then closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    const names = this.#keepAlive.names()
    if (names.length > 0) throwFirst(await this.execute('stop', { names }))
    await this.close()
  }

  /** Resolves when the logger misses no event any more. */
  async #feedLogger(): Promise<void> {
    const { logger, logOutput = false } = this.options
    if (!logger || this.#endLogger) return
    const end = new AbortController()
    this.#endLogger = () => end.abort()
    const { feedLogger } = await import('./logger.ts')
    // What listens keeps nothing alive, not even until it does.
    await aliveUntil(
      feedLogger(logger, {
        events: (notify) => this.connection.control.events({}, end.signal, notify),
        ...(logOutput && { onLine: (listener) => this.listeners.on('log', listener) }),
        warn: (message) => this.warn(message),
      }),
    )
  }

  #warnOf(outcomes: Outcome[]): void {
    for (const { warnings } of outcomes) for (const warning of warnings) this.warn(warning)
  }

  async #begin(
    action: 'start' | 'restart' | 'reload' | 'scale' | 'apply',
    selection: Selection,
    options: CommandOptions,
    extra: ProcessConfig[],
  ): Promise<Outcome[]> {
    // What starts gets this user's environment.
    if (!this.elsewhere) refuseForeign(this.tuixDir)
    const request = await this.startRequest(selection, options, extra)
    const { web, proxy, alerts, source } = this.options
    const warn = (message: string) => this.warn(message)
    const wanted = { control: this.connection.control, tuixDir: this.tuixDir, cwd: this.cwd, source, warn }
    // First, so that they tell of a start that fails.
    const isHere = !this.isElsewhere
    if (isHere && (alerts?.length || action === 'apply'))
      await (await import('./alerts.ts')).followAlerts({ ...wanted, alerts })
    if (isHere && proxy) await (await import('./proxy.ts')).followProxy({ ...this.options, warn })
    const outcomes = await unlessAborted(this.connection.control[action](request), options.signal)
    this.#warnOf(outcomes)
    if (isHere && (web || action === 'apply')) await (await import('./web.ts')).followConfig({ ...wanted, web })
    if (request.owner && this.keepsAppAlive) {
      const isOwn = ({ result, state }: Outcome) =>
        state?.owned && state.wanted === 'up' && result !== 'already-running'
      const own = outcomes.filter(isOwn).map(({ name }) => name)
      this.#keepAlive.add(own, !this.connection.embedded)
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
