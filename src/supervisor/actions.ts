import type { ResolvedProcess } from '../model/config.ts'
import type { Outcome, Selection, StartRequest } from '../model/control.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { startOrder, stopOrder } from '../model/order.ts'
import { type Goal, goalOf } from '../model/outcome.ts'
import type { Managed } from './managed.ts'
import { type Preflight, preflightOnce } from './preflight.ts'
import { type Registry, unknownProcess } from './registry.ts'
import { settle } from './settle.ts'
import { startInOrder } from './start-in-order.ts'

export interface ActionsOptions {
  registry: Registry
  now(): number
  /** How one process fared, for the one who asked. */
  outcome(managed: Managed, result: Pick<Outcome, 'ok' | 'message' | 'code'>): Promise<Outcome>
  /** Everything so far is on disk. */
  flushed(): Promise<void>
  removed(managed: Managed): void
  /** Empties its logs; resolves with how many bytes there were. */
  flushLogs(managed: Managed): Promise<number>
}

/** What all starts of one command share. */
interface StartCommand {
  configs: Map<string, ResolvedProcess>
  request: StartRequest
  preflight: Preflight
}

/** The commands that change something: each becomes inputs of managed processes, in the order of their dependencies. */
export class Actions {
  readonly #options: ActionsOptions

  constructor(options: ActionsOptions) {
    this.#options = options
  }

  async begin(action: 'start' | 'restart', request: StartRequest): Promise<Outcome[]> {
    const { registry, now } = this.#options
    const configs = await registry.resolve(request)
    const known = registry.snapshot().map(({ config }) => config)
    // Checked before anything is declared: a circle changes nothing.
    startOrder([...configs.keys()], [...known.filter(({ name }) => !configs.has(name)), ...configs.values()])
    registry.declare(configs.values(), now())
    return this.#finish(await this.#start(action, registry.select(request), configs, request))
  }

  async reload(request: StartRequest): Promise<Outcome[]> {
    const { registry, now } = this.#options
    const configs = await registry.resolve(request)
    registry.declare(configs.values(), now())
    const outcomes: Outcome[] = []
    for (const name of registry.select(request)) {
      outcomes.push(...(await this.#start('restart', [name], configs, request)))
      // What replaced this one does not work: the others keep running what does.
      if (outcomes.some(({ ok }) => !ok)) break
    }
    return this.#finish(outcomes)
  }

  async scale(request: StartRequest): Promise<Outcome[]> {
    const { registry, now } = this.#options
    const configs = await registry.resolve(request)
    const bases = Object.keys(request.scale ?? {})
    const wanted = [...configs.values()].filter(({ name, instanceOf }) => bases.includes(instanceOf ?? name))
    const unknown = bases.filter((base) => !wanted.some(({ name, instanceOf }) => (instanceOf ?? name) === base))
    if (unknown[0])
      throw new ProcessManagerError('unknown-process', `no process \`${unknown[0]}\` is declared in the config`)
    const surplus = registry.all().filter(({ process: { config } }) => {
      return bases.includes(config.instanceOf ?? config.name) && !wanted.some(({ name }) => name === config.name)
    })
    registry.declare(configs.values(), now())
    const started = await this.#start(
      'start',
      wanted.map(({ name }) => name),
      configs,
      request,
    )
    const removed = await this.#stopInOrder(
      surplus.map(({ process }) => process.config.name),
      (managed) => this.#remove(managed),
    )
    return this.#finish([...started, ...removed])
  }

  async stop(request: Selection): Promise<Outcome[]> {
    const names = this.#options.registry.select(request)
    return this.#finish(await this.#stopInOrder(names, (managed) => this.#stop(managed)))
  }

  async remove(request: Selection): Promise<Outcome[]> {
    const names = this.#options.registry.select(request)
    return this.#finish(await this.#stopInOrder(names, (managed) => this.#remove(managed)))
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

  async #start(
    action: 'start' | 'restart',
    names: string[],
    configs: Map<string, ResolvedProcess>,
    request: StartRequest,
  ): Promise<Outcome[]> {
    const { registry } = this.#options
    const known = names.filter((name) => registry.find(name))
    const order = startOrder(
      known,
      registry.snapshot().map(({ config }) => config),
    )
    const selected = new Set(names)
    const command: StartCommand = { configs, request, preflight: preflightOnce() }
    const outcomes = await startInOrder(order, {
      find: (name) => registry.get(name),
      wait: request.wait !== false,
      begin: (managed) =>
        this.#beginOne(selected.has(managed.process.config.name) ? action : 'start', managed, command),
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

  /** Those that depend on others go first, and are gone before the others are signalled. */
  async #stopInOrder(names: string[], action: (managed: Managed) => Promise<Outcome>): Promise<Outcome[]> {
    const { registry } = this.#options
    const order = stopOrder(
      names.filter((name) => registry.find(name)),
      registry.snapshot().map(({ config }) => config),
    )
    const running = new Map<string, Promise<Outcome>>()
    const run = (name: string): Promise<Outcome> => {
      const known = running.get(name)
      if (known) return known
      const result = Promise.all((order.get(name) ?? []).map(run)).then(() => {
        const managed = registry.find(name)
        return managed ? action(managed) : this.#unknown(name)
      })
      running.set(name, result)
      return result
    }
    return Promise.all(names.map(run))
  }

  async #stop(managed: Managed): Promise<Outcome> {
    const before = managed.process
    managed.dispatch({ type: 'stop' })
    return this.#options.outcome(managed, await settle(managed, goalOf('stop', before, managed.process)))
  }

  async #remove(managed: Managed): Promise<Outcome> {
    const outcome = await this.#stop(managed)
    if (!outcome.ok) return outcome
    const { name } = outcome
    if (!this.#options.registry.remove(managed))
      return { ...outcome, ok: false, message: 'started again meanwhile', code: 'stop-failed' }
    this.#options.removed(managed)
    return { name, ok: true, message: 'removed', warnings: [] }
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

  /** Nothing is answered before it is on disk: what a command was told is true after any crash. */
  async #finish(outcomes: Outcome[]): Promise<Outcome[]> {
    await this.#options.flushed()
    return outcomes
  }
}

function ownerOf(managed: Managed, config: ResolvedProcess | undefined, request: StartRequest) {
  return (config ?? managed.process.config).persist === true ? null : (request.owner ?? null)
}

function inUnits(bytes: number): string {
  return bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
