import type { ResolvedProcess } from '../model/config.ts'
import type { Outcome, RemoveRequest, Selection, StartRequest, StopRequest } from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { startOrder } from '../model/order.ts'
import { type Goal, goalOf, overdue } from '../model/outcome.ts'
import { appliedMessage, type PlanStep, planApply, removedLast } from '../model/plan.ts'
import type { Clock } from '../system/clock.ts'
import { Deadline } from './deadline.ts'
import type { Managed } from './managed.ts'
import { type Preflight, preflightOnce } from './preflight.ts'
import { type Registry, unknownProcess } from './registry.ts'
import { settle } from './settle.ts'
import { startInOrder } from './start-in-order.ts'
import { stopInOrder } from './stop-in-order.ts'

export interface ActionsOptions {
  registry: Registry
  clock: Clock
  /** How one process fared, for the one who asked. */
  outcome(managed: Managed, result: Pick<Outcome, 'ok' | 'message' | 'code'>): Promise<Outcome>
  /** Everything so far is on disk. */
  flushed(): Promise<void>
  removed(managed: Managed): void
  /** Empties its logs; resolves with how many bytes there were. */
  flushLogs(managed: Managed): Promise<number>
  /** Deletes the log files of one that is removed. */
  deleteLogs(managed: Managed): Promise<void>
}

/** What all starts of one command share. */
interface StartCommand {
  action: 'start' | 'restart'
  /** Those that are restarted though the others are started. */
  restart?: ReadonlySet<string>
  configs: Map<string, ResolvedProcess>
  request: StartRequest
  preflight: Preflight
  deadline: Deadline
}

/** The commands that change something: each becomes inputs of managed processes, in the order of their dependencies. */
export class Actions {
  readonly #options: ActionsOptions

  constructor(options: ActionsOptions) {
    this.#options = options
  }

  async begin(action: 'start' | 'restart', request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#options
    const configs = await registry.resolve(request)
    const known = registry.snapshot().map(({ config }) => config)
    // Checked before anything is declared: a circle changes nothing.
    startOrder([...configs.keys()], [...known.filter(({ name }) => !configs.has(name)), ...configs.values()])
    registry.declare(configs.values(), clock.now())
    return this.#within(request, (deadline) =>
      this.#start(registry.select(request), this.#command(action, configs, request, deadline)),
    )
  }

  async reload(request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#options
    const configs = await registry.resolve(request)
    registry.declare(configs.values(), clock.now())
    return this.#within(request, async (deadline) => {
      const outcomes: Outcome[] = []
      for (const name of registry.select(request)) {
        outcomes.push(...(await this.#start([name], this.#command('restart', configs, request, deadline))))
        // What replaced this one does not work: the others keep running what does.
        if (outcomes.some(({ ok }) => !ok)) break
      }
      return outcomes
    })
  }

  /** Goes the way from what there is to what is declared; nothing of it before all of it is known to be valid. */
  async apply(request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#options
    const configs = await registry.resolve(request)
    const current = registry.snapshot()
    const steps = new Map(planApply(current, configs.values(), request.source).map((step) => [step.name, step]))
    const removed = [...steps.values()].filter(({ action }) => action === 'remove').map(({ name }) => name)
    const others = current.map(({ config }) => config).filter(({ name }) => !steps.has(name))
    startOrder([...configs.keys()], [...others, ...configs.values()])
    const last = removedLast([...steps.values()], current)
    return this.#within(request, async (deadline) => {
      const remove = (names: string[]) => this.#stopInOrder(names, (managed) => this.#remove(managed), deadline)
      const command = this.#command('start', configs, request, deadline)
      const before = await remove(removed.filter((name) => !last.has(name)))
      registry.declare(configs.values(), clock.now())
      const changed = new Set([...configs.keys()].filter((name) => steps.get(name)?.action === 'restart'))
      const started = await this.#start([...configs.keys()], { ...command, restart: changed })
      const outcomes = [...before, ...started, ...(await remove([...last]))]
      return outcomes.map((outcome) => ({ ...outcome, message: messageOf(outcome, steps.get(outcome.name)) }))
    })
  }

  async scale(request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#options
    const configs = await registry.resolve(request)
    const bases = Object.keys(request.scale ?? {})
    const wanted = [...configs.values()].filter(({ name, instanceOf }) => bases.includes(instanceOf ?? name))
    const unknown = bases.filter((base) => !wanted.some(({ name, instanceOf }) => (instanceOf ?? name) === base))
    if (unknown[0])
      throw new ProcessManagerError('unknown-process', `no process \`${unknown[0]}\` is declared in the config`)
    const surplus = registry.all().filter(({ process: { config } }) => {
      return bases.includes(config.instanceOf ?? config.name) && !wanted.some(({ name }) => name === config.name)
    })
    registry.declare(configs.values(), clock.now())
    return this.#within(request, async (deadline) => {
      const started = await this.#start(
        wanted.map(({ name }) => name),
        this.#command('start', configs, request, deadline),
      )
      const removed = await this.#stopInOrder(
        surplus.map(({ process }) => process.config.name),
        (managed) => this.#remove(managed),
        deadline,
      )
      return [...started, ...removed]
    })
  }

  async stop(request: StopRequest): Promise<Outcome[]> {
    const names = this.#options.registry.select(request)
    return this.#within(request, (deadline) => this.#stopInOrder(names, (managed) => this.#stop(managed), deadline))
  }

  async remove(request: RemoveRequest): Promise<Outcome[]> {
    const names = this.#options.registry.select(request)
    const remove = (managed: Managed) => this.#remove(managed, request.logs)
    return this.#within(request, (deadline) => this.#stopInOrder(names, remove, deadline))
  }

  async flush(request: Selection): Promise<Outcome[]> {
    const names = this.#options.registry.select(request)
    return Promise.all(
      names.map((name) => {
        const managed = this.#options.registry.find(name)
        return managed ? this.#flush(managed) : this.#unknown(name)
      }),
    )
  }

  #command(
    action: StartCommand['action'],
    configs: StartCommand['configs'],
    request: StartRequest,
    deadline: Deadline,
  ): StartCommand {
    return { action, configs, request, preflight: preflightOnce(), deadline }
  }

  async #start(names: string[], command: StartCommand): Promise<Outcome[]> {
    const { registry } = this.#options
    const { configs, request, deadline } = command
    const actionFor = (name: string) => (command.restart?.has(name) ? 'restart' : command.action)
    const known = names.filter((name) => registry.find(name))
    const order = startOrder(
      known,
      registry.snapshot().map(({ config }) => config),
    )
    const selected = new Set(names)
    const outcomes = await startInOrder(order, {
      find: (name) => registry.get(name),
      wait: request.wait !== false,
      begin: (managed) =>
        this.#beginOne(
          selected.has(managed.process.config.name) ? actionFor(managed.process.config.name) : 'start',
          managed,
          command,
        ),
      hold: (managed, dependency) => {
        managed.environment = request.environment
        const config = configs.get(managed.process.config.name)
        managed.dispatch({
          type: 'wait',
          ...(config && { config }),
          owner: ownerOf(managed, config, request),
          for: dependency,
        })
      },
      outcome: (managed, result) => this.#options.outcome(managed, result),
      patience: (managed, done) => deadline.race(done, () => this.#overdue('start', managed)),
    })
    const unknown = names.filter((name) => !registry.find(name)).map((name) => this.#unknown(name))
    // A dependency that was up already is no news to the one who asked for something else.
    return [
      ...outcomes.filter(({ name, message, ok }) => selected.has(name) || !ok || message !== 'already running'),
      ...unknown,
    ]
  }

  /** Orders one start or restart. The goal to wait for, or the reason why nothing was done. */
  #beginOne(
    action: 'start' | 'restart',
    managed: Managed,
    { configs, request, preflight }: StartCommand,
  ): Goal | ProcessManagerError {
    const before = managed.process
    const config = configs.get(before.config.name)
    const fresh = action === 'restart' || before.status !== 'running'
    if (fresh) {
      try {
        preflight(config ?? before.config, request.environment)
      } catch (error) {
        if (error instanceof ProcessManagerError) return error
        throw error
      }
      managed.environment = request.environment
    }
    managed.dispatch({ type: action, ...(config && { config }), owner: ownerOf(managed, config, request) })
    return goalOf(action, before, managed.process)
  }

  #stopInOrder(names: string[], end: (managed: Managed) => Promise<Outcome>, deadline: Deadline): Promise<Outcome[]> {
    return stopInOrder(names, {
      registry: this.#options.registry,
      end,
      unknown: (name) => this.#unknown(name),
      patience: (managed, done) => deadline.race(done, () => this.#overdue('stop', managed)),
    })
  }

  async #stop(managed: Managed): Promise<Outcome> {
    const before = managed.process
    managed.dispatch({ type: 'stop' })
    return this.#options.outcome(managed, await settle(managed, goalOf('stop', before, managed.process)))
  }

  async #remove(managed: Managed, logs = false): Promise<Outcome> {
    const outcome = await this.#stop(managed)
    if (!outcome.ok) return outcome
    const { name } = outcome
    if (!this.#options.registry.remove(managed))
      return { ...outcome, ok: false, message: 'started again meanwhile', code: 'stop-failed' }
    this.#options.removed(managed)
    if (!logs) return { name, ok: true, message: 'removed', warnings: [] }
    try {
      await this.#options.deleteLogs(managed)
      return { name, ok: true, message: 'removed, with its logs', warnings: [] }
    } catch (error) {
      const message = `removed, but its logs were not deleted: ${(error as Error).message}`
      return { name, ok: false, message, code: 'internal', warnings: [] }
    }
  }

  async #flush(managed: Managed): Promise<Outcome> {
    const { outcome, flushLogs } = this.#options
    try {
      const bytes = await flushLogs(managed)
      return outcome(managed, { ok: true, message: bytes === 0 ? 'already empty' : `emptied, ${inUnits(bytes)}` })
    } catch (error) {
      const message = `its log was not emptied: ${(error as Error).message}`
      return outcome(managed, { ok: false, message, code: 'internal' })
    }
  }

  #unknown(name: string): Outcome {
    const known = this.#options.registry.snapshot().map(({ config }) => config.name)
    return { name, ok: false, message: unknownProcess(name, known).message, code: 'unknown-process', warnings: [] }
  }

  #overdue(action: 'start' | 'stop', managed: Managed): Promise<Outcome> {
    return this.#options.outcome(managed, { ok: false, message: overdue(action, managed.process), code: 'timeout' })
  }

  /**
   * The outcomes of a command that has so much time. Nothing is answered before it is on disk: what a command was told is
   * true after any crash.
   */
  async #within(
    { timeout }: Pick<StopRequest, 'timeout'>,
    work: (deadline: Deadline) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    const { clock, flushed } = this.#options
    const deadline = new Deadline(timeout, clock)
    try {
      return await work(deadline)
    } finally {
      deadline.end()
      await flushed()
    }
  }
}

function messageOf({ ok, message }: Outcome, step: PlanStep | undefined): string {
  return (ok && step && appliedMessage(step)) || message
}

function ownerOf(managed: Managed, config: ResolvedProcess | undefined, request: StartRequest) {
  return (config ?? managed.process.config).persist === true ? null : (request.owner ?? null)
}

function inUnits(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
