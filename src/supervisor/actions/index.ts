import { appliedMessage, UNDECLARED } from '../../model/applied.ts'
import type {
  Outcome,
  RemoveRequest,
  Selection,
  SignalRequest,
  StartRequest,
  StopRequest,
} from '../../model/control.ts'
import { startOrder } from '../../model/order.ts'
import { type PlanStep, planApply, removedLast } from '../../model/plan.ts'
import { selectScaled } from '../../model/select.ts'
import { Deadline } from '../deadline.ts'
import type { Managed } from '../managed.ts'
import { remove, stop } from './end.ts'
import { flush } from './flush.ts'
import { type ActionParts, unknownOutcome } from './parts.ts'
import { signal } from './signal.ts'
import { start, startCommand } from './start.ts'

/** The commands that change something: each becomes inputs of managed processes, in the order of their dependencies. */
export class Actions {
  readonly #parts: ActionParts

  constructor(parts: ActionParts) {
    this.#parts = parts
  }

  async begin(action: 'start' | 'restart', request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#parts
    const configs = await registry.resolve(request)
    const known = registry.configs()
    // Checked before anything is declared: a circle changes nothing.
    startOrder([...configs.keys()], [...known.filter(({ name }) => !configs.has(name)), ...configs.values()])
    registry.declare(configs.values(), clock.now())
    const { names, former } = registry.selectDeclared(request, configs)
    return this.#within(request, async (deadline) => {
      // First: it may hold the port that one of those in its place is to have.
      const removed = await this.#removeUndeclared(former, deadline)
      return [...removed, ...(await start(this.#parts, names, startCommand(action, configs, request, deadline)))]
    })
  }

  async reload(request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#parts
    const configs = await registry.resolve(request)
    registry.declare(configs.values(), clock.now())
    const { names, former } = registry.selectDeclared(request, configs)
    return this.#within(request, async (deadline) => {
      const outcomes: Outcome[] = []
      for (const name of names) {
        outcomes.push(...(await start(this.#parts, [name], startCommand('restart', configs, request, deadline))))
        // What replaced this one does not work: the others keep running what does.
        if (outcomes.some(({ ok }) => !ok)) return outcomes
      }
      return [...outcomes, ...(await this.#removeUndeclared(former, deadline))]
    })
  }

  /** Goes the way from what there is to what is declared; nothing of it before all of it is known to be valid. */
  async apply(request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#parts
    const configs = await registry.resolve(request)
    const current = registry.snapshot()
    const steps = new Map(planApply(current, configs.values(), request.source).map((step) => [step.name, step]))
    const removed = [...steps.values()].filter(({ action }) => action === 'remove').map(({ name }) => name)
    const others = current.map(({ config }) => config).filter(({ name }) => !steps.has(name))
    startOrder([...configs.keys()], [...others, ...configs.values()])
    const last = removedLast([...steps.values()], current)
    return this.#within(request, async (deadline) => {
      const before = await remove(
        this.#parts,
        removed.filter((name) => !last.has(name)),
        deadline,
      )
      registry.declare(configs.values(), clock.now())
      const changed = new Set([...configs.keys()].filter((name) => steps.get(name)?.action === 'restart'))
      const command = startCommand('start', configs, request, deadline)
      const started = await start(this.#parts, [...configs.keys()], { ...command, restart: changed })
      const outcomes = [...before, ...started, ...(await remove(this.#parts, [...last], deadline))]
      return outcomes.map((outcome) => ({ ...outcome, message: messageOf(outcome, steps.get(outcome.name)) }))
    })
  }

  async scale(request: StartRequest): Promise<Outcome[]> {
    const { registry, clock } = this.#parts
    const configs = await registry.resolve(request)
    const present = registry.configs()
    const { names, former } = selectScaled(Object.keys(request.scale ?? {}), present, configs)
    registry.declare(configs.values(), clock.now())
    return this.#within(request, async (deadline) => {
      const started = await start(this.#parts, names, startCommand('start', configs, request, deadline))
      return [...started, ...(await remove(this.#parts, former, deadline))]
    })
  }

  async stop(request: StopRequest): Promise<Outcome[]> {
    const names = this.#parts.registry.select(request)
    return this.#within(request, (deadline) => stop(this.#parts, names, deadline))
  }

  async remove(request: RemoveRequest): Promise<Outcome[]> {
    const names = this.#parts.registry.select(request)
    return this.#within(request, (deadline) => remove(this.#parts, names, deadline, request.logs))
  }

  flush(request: Selection): Promise<Outcome[]> {
    return this.#each(request, (managed) => flush(this.#parts, managed))
  }

  signal(request: SignalRequest): Promise<Outcome[]> {
    return this.#each(request, (managed) => signal(this.#parts, managed, request))
  }

  /** What needs no order: each process for itself. */
  async #each(request: Selection, act: (managed: Managed) => Promise<Outcome>): Promise<Outcome[]> {
    const { registry } = this.#parts
    return Promise.all(
      registry.select(request).map((name) => {
        const managed = registry.find(name)
        return managed ? act(managed) : unknownOutcome(this.#parts, name)
      }),
    )
  }

  /** Ends what ran under a declared name before its config came to say another number of instances. */
  async #removeUndeclared(names: string[], deadline: Deadline): Promise<Outcome[]> {
    const outcomes = await remove(this.#parts, names, deadline)
    return outcomes.map((outcome) => ({ ...outcome, message: outcome.ok ? UNDECLARED : outcome.message }))
  }

  /**
   * The outcomes of a command that has so much time. Nothing is answered before it is on disk: what a command was told is
   * true after any crash.
   */
  async #within(
    { timeout }: Pick<StopRequest, 'timeout'>,
    work: (deadline: Deadline) => Promise<Outcome[]>,
  ): Promise<Outcome[]> {
    const { clock, flushed } = this.#parts
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
