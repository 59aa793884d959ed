import { isForwarder } from '../../model/config/share.ts'
import type { Activity } from '../../model/lifecycle/boot.ts'
import type { UnwordedEvent } from '../../model/lifecycle/events.ts'
import type { Identity } from '../../model/lifecycle/identity.ts'
import type { Effect, RunValues, Survivor } from '../../model/lifecycle/inputs.ts'
import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { valuesFor } from '../../model/lifecycle/references.ts'
import { isDrained } from '../../model/views/share.ts'
import type { Store } from '../../storage/store.ts'
import type { Clock } from '../../system/clock.ts'
import { readActivity } from '../../system/process/activity.ts'
import { identityOf } from '../../system/process/identity.ts'
import { whenEnded } from '../../system/process/liveness.ts'
import type { ProcessEntry } from '../../system/process/proc.ts'
import type { Sweeper } from '../../system/process/sweep.ts'
import type { Broadcast } from '../broadcast.ts'
import type { EventBus } from '../event-bus.ts'
import { doubtTexts } from '../inspect/doubt-texts.ts'
import type { TreeService } from '../inspect/tree-service.ts'
import type { Home } from '../lifetime/home.ts'
import type { LogService } from '../log-service.ts'
import type { Effects, Managed } from '../managed.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'
import type { SharedPorts } from '../share/shared-ports.ts'
import { withAddress } from './address.ts'
import { findDaemon } from './daemon.ts'
import { inheritedBy } from './environment.ts'
import { launch } from './launch.ts'
import type { Monitors } from './monitors.ts'
import { PortClaims } from './port-claims.ts'
import type { Redaction } from './redaction.ts'
import { askToShutDown } from './shutdown.ts'
import { runStopCommand } from './stop-command.ts'

/** ms between checks of an adopted leader, whose end no runtime reports. */
const CHECK_EVERY = 1000
/** The same of a forwarder, on which all instances depend. */
const CHECK_FORWARDER_EVERY = 250

export interface EffectRunnerOptions {
  clock: Clock
  home: Pick<Home, 'path' | 'isMoved' | 'settled'>
  logs: LogService
  trees: TreeService
  redaction: Redaction
  monitors: Monitors
  shared: Pick<SharedPorts, 'invocation' | 'drain'>
  events: EventBus
  sweeper: Sweeper
  store: Pick<Store, 'flushed'>
  processes: Pick<ReadonlyProcessTable, 'snapshot'>
  changed: Broadcast<void>
  startRequested: Broadcast<Managed>
  /** Environment of processes that were started without a command. */
  environment: Record<string, string>
}

/** Carries out the effects of all processes in the real world. */
export class EffectRunner implements Effects {
  readonly clock: Clock
  readonly #options: EffectRunnerOptions
  readonly #ports: PortClaims
  /** `PID:START` of the processes that a warning has named. */
  readonly #named = new Set<string>()
  readonly #warned = new WeakSet<Managed>()

  constructor(options: EffectRunnerOptions) {
    this.clock = options.clock
    this.#options = options
    this.#ports = new PortClaims(options.processes, options.clock)
  }

  async spawn(managed: Managed, run: number): Promise<void> {
    const { clock, home, logs, trees, environment } = this.#options
    const source = logs.sourceOf(managed.process)
    const isSettled = await home.settled()
    if (!isSettled || !managed.isSpawning(run)) return
    const values = await this.#valuesOf(managed, run)
    if (values === null) return this.#ports.release(managed)
    const { config } = managed.process
    const isOurs = isForwarder(config)
    if (managed.environment === null && !isOurs) this.#warnOfEnvironment(managed, run)
    const at = clock.now()
    const inherited = withAddress(managed.environment ?? environment, home.path, managed.process, values.port)
    const ended = launch(
      managed,
      run,
      source,
      isOurs ? withoutOptions(inherited) : inherited,
      values,
      at,
      (code, exited) => {
        if (code === 0 && managed.process.config.daemon) void this.#followDaemon(managed, run, exited)
        else exited()
      },
      isOurs ? this.#options.shared.invocation(config) : undefined,
    )
    this.#ports.release(managed)
    const leader = leaderOf(managed.process.phase)
    if (leader) trees.saw(managed.process.id, leader)
    // Later, so that it does not delay the start of a hundred others. No time is lost, since the files keep it.
    setImmediate(() => {
      logs.watch(managed.process, at)
      if (leaderOf(managed.process.phase) === null) logs.unwatch(managed.process)
    })
    await ended
  }

  /** The ports of a run, and the values of its references at this moment. Null if there is nothing to spawn. */
  async #valuesOf(managed: Managed, run: number): Promise<RunValues | null> {
    const ports = await this.#ports.claim(managed, run)
    if (ports === 'refused' || !managed.isSpawning(run)) return null
    const { config } = managed.process
    if (config.references === undefined) return ports
    const values = valuesFor(config, ports, this.#options.processes.snapshot())
    if ('given' in values) return { ...ports, given: values.given }
    managed.dispatch({ type: 'spawn-failed', run, problem: values.problem, transient: true })
    return null
  }

  /** Tells once that the variables of the command that started a process are lost. */
  #warnOfEnvironment(managed: Managed, run: number): void {
    if (this.#warned.has(managed) || run === 1) return
    this.#warned.add(managed)
    const { name } = managed.process.config
    const detail =
      'from this run on it inherits the environment of the supervisor: that of the command that started it is lost'
    this.#options.events.warn(detail, { name, run })
  }

  async kill(
    managed: Managed,
    { signal, timeout }: Extract<Effect, { type: 'kill' }>,
    ended: Promise<void>,
  ): Promise<Survivor[]> {
    const { clock, home, logs, trees, shared } = this.#options
    // The supervisor is about to let go, and the next one decides what becomes of the process.
    if (home.isMoved()) return new Promise(() => {})
    const { process } = managed
    if (isDrained(process)) await shared.drain(process, timeout, ended)
    const asked = askToShutDown(managed, timeout, ended, clock)
    // A paused process could not read the message.
    if (managed.channel) void trees.continueSoon(process)
    const left = timeout - (await asked)
    const took = await runStopCommand(managed, left, this.#options)
    const survivors = await trees.kill(process, { signal, timeout: Math.max(0, left - took), ended }, clock)
    if (survivors.length === 0) {
      logs.unwatch(process)
      this.#warnOfDoubts(process)
    }
    return survivors.map((entry) => ({ identity: identityOf(entry), name: entry.name }))
  }

  async signal(managed: Managed, { run, signal }: Extract<Effect, { type: 'signal' }>): Promise<void> {
    const { home, store, trees } = this.#options
    if (home.isMoved()) return
    // At once, before the disk says that it runs: a supervisor that finds it stopped must also find it paused.
    if (signal === 'SIGCONT') return trees.continue(managed.process)
    await store.flushed()
    await trees.pause(managed.process, () => managed.isPaused(run))
  }

  look({ process }: Managed): Activity | null {
    const leader = leaderOf(process.phase)
    return leader && readActivity(leader.pid, this.clock.monotonic())
  }

  watchLeader(managed: Managed, leader: Identity, gone: () => void): () => void {
    const { process } = managed
    this.#options.trees.saw(process.id, leader)
    this.#options.logs.watch(process)
    const inherited = managed.environment ? undefined : inheritedBy(leader.pid, process)
    if (inherited) managed.inherit(inherited)
    return whenEnded(leader, isForwarder(process.config) ? CHECK_FORWARDER_EVERY : CHECK_EVERY, () => {
      // Taken over while its command was still starting the program.
      const isLauncher = process.config.daemon && managed.process.phase.type === 'starting'
      if (isLauncher) void this.#followDaemon(managed, process.run, gone)
      else gone()
    })
  }

  /** Has the program that a command has left in the background take its place. Without one, the run has ended. */
  async #followDaemon(managed: Managed, run: number, exited: () => void): Promise<void> {
    const { trees, clock } = this.#options
    const leader = await findDaemon(managed, run, trees, clock)
    if (leader === null) return exited()
    trees.saw(managed.process.id, leader)
    managed.dispatch({ type: 'detached', run, leader })
  }

  monitor(managed: Managed, run: number): () => void {
    return this.#options.monitors.start(managed, run)
  }

  watch(managed: Managed, run: number): () => void {
    return this.#options.monitors.watch(managed, run)
  }

  requestStart(managed: Managed): void {
    this.#options.startRequested.emit(managed)
  }

  redact(managed: Managed, text: string): string {
    return this.#options.redaction.redact(managed, text)
  }

  emit(event: UnwordedEvent): void {
    this.#options.events.emit(event)
  }

  changed(): void {
    this.#options.changed.emit()
  }

  /** Names what may be a part of the tree and is left alone; each once. */
  #warnOfDoubts(process: ManagedProcess): void {
    const { writers, hidden } = this.#options.trees.findDoubts(process)
    const isNew = ({ pid, startTime }: ProcessEntry) => {
      const key = `${pid}:${startTime}`
      return !this.#named.has(key) && this.#named.add(key)
    }
    for (const detail of doubtTexts({ writers: writers.filter(isNew), hidden: hidden.filter(isNew) }))
      this.#options.events.warn(detail, { name: process.config.name, run: process.run })
  }
}

/** Options of a runtime are for the user's programs. */
function withoutOptions({
  NODE_OPTIONS: _node,
  BUN_OPTIONS: _bun,
  ...rest
}: Record<string, string>): Record<string, string> {
  return rest
}
