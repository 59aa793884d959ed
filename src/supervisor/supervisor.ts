import type {
  Control,
  Outcome,
  RemoveRequest,
  Reveal,
  Selection,
  SignalRequest,
  StartRequest,
  StopRequest,
  SupervisorInfo,
} from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/events.ts'
import type { LogSource } from '../model/logs.ts'
import { maskText } from '../model/mask.ts'
import { maskDetail, maskState, maskTree } from '../model/mask-state.ts'
import type { Target } from '../model/members.ts'
import type { LogStart, ManagedProcess } from '../model/process.ts'
import { unknownProcess } from '../model/select.ts'
import { detail, snapshot } from '../model/snapshot.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../model/state.ts'
import type { ProcessTree } from '../model/tree.ts'
import type { Clock } from '../system/clock.ts'
import { NetworkMeter } from '../system/network.ts'
import { UsageSampler } from '../system/usage.ts'
import { Actions } from './actions/index.ts'
import type { Broadcast } from './broadcast.ts'
import type { Managed } from './managed.ts'
import type { Registry } from './registry.ts'
import type { Store } from './store.ts'
import { TreeReader } from './trees.ts'

export interface SupervisorParts {
  info: SupervisorInfo
  registry: Registry
  store: Store
  broadcast: Broadcast<ProcessEvent>
  sourceOf(process: ManagedProcess): LogSource
  targetOf(process: ManagedProcess): Target
  /** The last lines that a run wrote. */
  lastLines(source: LogSource, count: number, from: LogStart): Promise<string[]>
  /** Resolves with how many bytes there were. */
  flushLogs(process: ManagedProcess): Promise<number>
  /** Deletes the log files of one that is removed. */
  deleteLogs(process: ManagedProcess): Promise<void>
  /** What a process inherits when the command that started it is not known any more. */
  ownEnvironment: Record<string, string>
  clock: Clock
  /** Gives everything up for the next supervisor. */
  release(): Promise<void>
}

/** Lines of its log that a failed start shows. */
const LAST_LINES = 10

/** The control API, in process: every command becomes inputs of managed processes, and waits for what comes of them. */
export class Supervisor implements Control {
  readonly #parts: SupervisorParts
  readonly #usage = new UsageSampler()
  readonly #network = new NetworkMeter()
  readonly #trees = new TreeReader()

  readonly #actions: Actions

  constructor(parts: SupervisorParts) {
    this.#parts = parts
    const { registry, store, broadcast, clock } = parts
    const { now } = clock
    this.#actions = new Actions({
      registry,
      clock,
      outcome: (managed, result, run) => this.#outcome(managed, result, run),
      flushed: () => store.flushed(),
      flushLogs: ({ process }) => parts.flushLogs(process),
      deleteLogs: ({ process }) => parts.deleteLogs(process),
      removed({ process: { config, run } }) {
        store.changed()
        broadcast.emit({ time: now(), name: config.name, type: 'remove', run, message: 'removed' })
      },
      signalled({ process: { config, run, identity } }, signal, message) {
        const pid = identity ? { pid: identity.pid } : {}
        broadcast.emit({ time: now(), name: config.name, type: 'signal', run, message, signal, ...pid })
      },
      targetOf: parts.targetOf,
    })
  }

  async info(): Promise<SupervisorInfo> {
    return this.#parts.info
  }

  async list({ reveal = false }: Reveal = {}): Promise<ProcessState[]> {
    const { registry, clock } = this.#parts
    const usages = this.#sample(registry.all())
    const states = registry.all().map(({ process }) => this.#state(process, usages, clock.now()))
    return reveal ? states : states.map(maskState)
  }

  async status(name: string, { reveal = false }: Reveal = {}): Promise<ProcessDetail> {
    const { registry, clock } = this.#parts
    const managed = registry.get(name)
    const state = this.#state(managed.process, this.#sample([managed]), clock.now())
    const { environment, metrics, channel } = managed
    const facts = { environment: environment ? 'start' : 'supervisor', metrics, channelOpen: channel !== null } as const
    const known = detail(managed.process, state, facts)
    return reveal ? known : maskDetail(known)
  }

  async stats(name: string): Promise<ProcessStats> {
    const managed = this.#parts.registry.get(name)
    const { identity, startedAt } = managed.process
    const usage = identity && this.#sample([managed]).get(identity.pid)
    if (!usage || startedAt === null) return { memory: 0, cpu: 0, uptime: 0, processes: 0 }
    const network = (await this.#network.sample([identity]))?.get(identity.pid)
    return { ...usage, uptime: (this.#parts.clock.now() - startedAt) / 1000, ...(network && { network }) }
  }

  async trees({ reveal = false }: Reveal = {}): Promise<ProcessTree[]> {
    const { registry, targetOf, clock } = this.#parts
    const trees = await this.#trees.read(registry.snapshot(), targetOf, clock.now())
    return reveal ? trees : trees.map(maskTree)
  }

  async tree(name: string, options?: Reveal): Promise<ProcessTree> {
    // All of them are looked at: who holds its port may be another.
    const found = (await this.trees(options)).find((tree) => tree.name === name)
    if (!found)
      throw unknownProcess(
        name,
        this.#parts.registry.configs().map(({ name }) => name),
      )
    return found
  }

  start(request: StartRequest): Promise<Outcome[]> {
    return this.#actions.begin('start', request)
  }

  restart(request: StartRequest): Promise<Outcome[]> {
    return this.#actions.begin('restart', request)
  }

  reload(request: StartRequest): Promise<Outcome[]> {
    return this.#actions.reload(request)
  }

  apply(request: StartRequest): Promise<Outcome[]> {
    return this.#actions.apply(request)
  }

  scale(request: StartRequest): Promise<Outcome[]> {
    return this.#actions.scale(request)
  }

  stop(request: StopRequest): Promise<Outcome[]> {
    return this.#actions.stop(request)
  }

  remove(request: RemoveRequest): Promise<Outcome[]> {
    return this.#actions.remove(request)
  }

  flush(request: Selection): Promise<Outcome[]> {
    return this.#actions.flush(request)
  }

  signal(request: SignalRequest): Promise<Outcome[]> {
    return this.#actions.signal(request)
  }

  async send(name: string, message: unknown): Promise<void> {
    const managed = this.#parts.registry.get(name)
    if (managed.channel?.send(message)) return
    throw new ProcessManagerError('usage', `${name} cannot be sent messages: ${whyNoChannel(managed)}`)
  }

  release(): Promise<void> {
    return this.#parts.release()
  }

  events(signal: AbortSignal, listening?: () => void): AsyncIterable<ProcessEvent> {
    const events = this.#parts.broadcast.iterate(signal)
    listening?.()
    return events
  }

  /** How one process fared; where `run` was to become ready and failed, with its last lines. */
  async #outcome(
    managed: Managed,
    result: Pick<Outcome, 'ok' | 'message' | 'code'>,
    run = Number.POSITIVE_INFINITY,
  ): Promise<Outcome> {
    const { process } = managed
    const state = maskState(this.#state(process, new Map(), this.#parts.clock.now()))
    const message = maskText(result.message)
    const outcome = { name: process.config.name, ...result, message, warnings: [], state }
    // Lines of a run before would be taken for the reason.
    if (result.code !== 'start-failed' || managed.spawnedRun < run) return outcome
    const { lastLines, sourceOf } = this.#parts
    return { ...outcome, lastLines: await lastLines(sourceOf(process), LAST_LINES, process.logStart) }
  }

  #sample(managed: Managed[]): ReturnType<UsageSampler['sample']> {
    return this.#usage.sample(
      managed.flatMap(({ process }) => process.identity ?? []),
      this.#parts.clock.now(),
    )
  }

  #state(process: ManagedProcess, usages: ReturnType<UsageSampler['sample']>, now: number): ProcessState {
    return snapshot(
      process,
      this.#parts.sourceOf(process),
      (process.identity && usages.get(process.identity.pid)) ?? null,
      now,
    )
  }
}

function whyNoChannel({ process: { config, adopted, identity } }: Managed): string {
  if (!config.ipc) return 'its config does not have `ipc: true`'
  if (identity === null) return 'it is not running'
  return adopted
    ? 'the channel ended with the supervisor that started it; restart it for a new one'
    : 'it has closed its channel'
}
