import type { ResolvedProcess } from '../model/config.ts'
import type { Control, Outcome, Selection, StartRequest, SupervisorInfo } from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import type { ProcessEvent } from '../model/events.ts'
import type { LogSource } from '../model/logs.ts'
import { goalOf } from '../model/outcome.ts'
import type { ManagedProcess } from '../model/process.ts'
import { snapshot } from '../model/snapshot.ts'
import type { ProcessDetail, ProcessState, ProcessStats } from '../model/state.ts'
import { UsageSampler } from '../system/usage.ts'
import type { Broadcast } from './broadcast.ts'
import type { Managed } from './managed.ts'
import { preflight } from './preflight.ts'
import type { Registry } from './registry.ts'
import { unknownProcess } from './registry.ts'
import { inactiveWarnings, settle } from './settle.ts'
import type { Store } from './store.ts'

export interface SupervisorParts {
  info: SupervisorInfo
  registry: Registry
  store: Store
  broadcast: Broadcast<ProcessEvent>
  sourceOf(process: ManagedProcess): LogSource
  lastLines(source: LogSource, count: number): Promise<string[]>
  /** What a process inherits when the command that started it is not known any more. */
  ownEnvironment: Record<string, string>
  now(): number
  /** Gives everything up for the next supervisor. */
  release(): Promise<void>
}

/** Lines of its log that a failed start shows. */
const LAST_LINES = 10

/** The control API, in process: every command becomes inputs of managed processes, and waits for what comes of them. */
export class Supervisor implements Control {
  readonly #parts: SupervisorParts
  readonly #usage = new UsageSampler()

  constructor(parts: SupervisorParts) {
    this.#parts = parts
  }

  async info(): Promise<SupervisorInfo> {
    return this.#parts.info
  }

  async list(): Promise<ProcessState[]> {
    const { registry, now } = this.#parts
    const usages = this.#sample(registry.all())
    return registry.all().map(({ process }) => this.#state(process, usages, now()))
  }

  async status(name: string): Promise<ProcessDetail> {
    const { registry, now } = this.#parts
    const managed = registry.get(name)
    const state = this.#state(managed.process, this.#sample([managed]), now())
    return { ...state, config: managed.process.config, environment: managed.environment ? 'start' : 'supervisor' }
  }

  async stats(name: string): Promise<ProcessStats> {
    const managed = this.#parts.registry.get(name)
    const { identity, startedAt } = managed.process
    const usage = identity && this.#sample([managed]).get(identity.pid)
    if (!usage || startedAt === null) return { memory: 0, cpu: 0, uptime: 0, processes: 0 }
    return { ...usage, uptime: (this.#parts.now() - startedAt) / 1000 }
  }

  start(request: StartRequest): Promise<Outcome[]> {
    return this.#begin('start', request)
  }

  restart(request: StartRequest): Promise<Outcome[]> {
    return this.#begin('restart', request)
  }

  async stop(request: Selection): Promise<Outcome[]> {
    const { registry } = this.#parts
    return this.#finish(
      registry.select(request).map(async (name) => {
        const managed = registry.find(name)
        return managed ? this.#stop(managed) : this.#unknown(name)
      }),
    )
  }

  async remove(request: Selection): Promise<Outcome[]> {
    const { registry, broadcast, now } = this.#parts
    return this.#finish(
      registry.select(request).map(async (name) => {
        const managed = registry.find(name)
        if (!managed) return this.#unknown(name)
        const outcome = await this.#stop(managed)
        if (!outcome.ok) return outcome
        // Whoever started it again meanwhile must not lose sight of it.
        if (!registry.remove(managed)) {
          return this.#outcome(managed, { ok: false, message: 'was started again meanwhile', code: 'stop-failed' })
        }
        this.#parts.store.changed()
        broadcast.emit({ time: now(), name, type: 'remove', run: managed.process.run, message: 'removed' })
        return { name, ok: true, message: 'removed', warnings: [] }
      }),
    )
  }

  release(): Promise<void> {
    return this.#parts.release()
  }

  events(signal: AbortSignal): AsyncIterable<ProcessEvent> {
    return this.#parts.broadcast.iterate(signal)
  }

  async #begin(action: 'start' | 'restart', request: StartRequest): Promise<Outcome[]> {
    const { registry, now } = this.#parts
    const configs = await registry.resolve(request)
    registry.declare(configs.values(), now())
    const names = registry.select(request)
    return this.#finish(
      names.map(async (name) => {
        const managed = registry.find(name)
        return managed ? this.#beginOne(action, managed, configs.get(name), request) : this.#unknown(name)
      }),
    )
  }

  async #beginOne(
    action: 'start' | 'restart',
    managed: Managed,
    config: ResolvedProcess | undefined,
    request: StartRequest,
  ): Promise<Outcome> {
    const { environment, owner, wait = true } = request
    const before = managed.process
    try {
      if (action === 'restart' || before.status !== 'running') preflight(config ?? before.config, environment)
    } catch (error) {
      return this.#refused(managed, error)
    }
    if (before.status !== 'running' || action === 'restart') managed.environment = environment
    const persist = (config ?? before.config).persist === true
    managed.dispatch({ type: action, ...(config && { config }), owner: persist ? null : (owner ?? null) })
    const goal = goalOf(action, before, managed.process)
    if (!wait && managed.process.status !== 'error') {
      return { ...this.#outcome(managed, { ok: true, message: goal.done }), warnings: inactiveWarnings(managed) }
    }
    const judgement = await settle(managed, goal)
    const outcome = this.#outcome(managed, judgement)
    if (judgement.ok) return { ...outcome, warnings: inactiveWarnings(managed) }
    const lastLines = await this.#parts.lastLines(this.#parts.sourceOf(managed.process), LAST_LINES)
    return { ...outcome, lastLines }
  }

  async #stop(managed: Managed): Promise<Outcome> {
    const before = managed.process
    managed.dispatch({ type: 'stop' })
    return this.#outcome(managed, await settle(managed, goalOf('stop', before, managed.process)))
  }

  /** Nothing is answered before it is on disk: what a command was told is true after any crash. */
  async #finish(outcomes: Promise<Outcome>[]): Promise<Outcome[]> {
    const all = await Promise.all(outcomes)
    await this.#parts.store.flushed()
    return all
  }

  #outcome(managed: Managed, result: Pick<Outcome, 'ok' | 'message' | 'code'>): Outcome {
    const state = this.#state(managed.process, new Map(), this.#parts.now())
    return { name: managed.process.config.name, ...result, warnings: [], state }
  }

  #refused(managed: Managed, error: unknown): Outcome {
    const code = error instanceof ProcessManagerError ? error.code : 'internal'
    return this.#outcome(managed, { ok: false, message: (error as Error).message, code })
  }

  #unknown(name: string): Outcome {
    const known = this.#parts.registry.all().map(({ process }) => process.config.name)
    return { name, ok: false, message: unknownProcess(name, known).message, code: 'unknown-process', warnings: [] }
  }

  #sample(managed: Managed[]): ReturnType<UsageSampler['sample']> {
    return this.#usage.sample(
      managed.flatMap(({ process }) => process.identity ?? []),
      this.#parts.now(),
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
