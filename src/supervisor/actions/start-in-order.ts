import { failureSince } from '../../model/lifecycle/dependency.ts'
import type { UpGoal } from '../../model/lifecycle/goal.ts'
import { isAtRest } from '../../model/lifecycle/phase.ts'
import type { Failure, Result } from '../../model/lifecycle/result.ts'
import { startOrder } from '../../model/planning/order.ts'
import type { Outcome } from '../../model/views/outcome.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import {
  conditionOf,
  type Dependency,
  isHeldUpByPause,
  isMet,
  waitForAttempts,
  waitForDependencies,
} from './dependencies.ts'
import { outcomeOf, overdueOutcome, unknownOutcome } from './outcomes.ts'
import { markWaiting, type StartCommand, startOne } from './start-one.ts'
import { waitForGoal } from './wait-for-goal.ts'

/** Starts or restarts processes, those that they depend on first. */
export async function startInOrder(
  context: SupervisorContext,
  names: string[],
  command: StartCommand,
): Promise<Outcome[]> {
  const { processes } = context
  const selected = new Set(names)
  const known = names.filter((name) => processes.find(name))
  // What is about to be removed is no dependency any more.
  const nodes = processes.configs().filter(({ name }) => !command.leaving?.has(name))
  const outcomes = await new OrderedStart(context, selected, command).run(startOrder(known, nodes))
  const unknown = names.filter((name) => !processes.find(name)).map((name) => unknownOutcome(context, name))
  // A dependency that was already running is no news to a user who asked for another process.
  return [...outcomes.filter(({ name, result }) => selected.has(name) || result !== 'already-running'), ...unknown]
}

/** One start. */
interface Progress extends Dependency {
  /** Resolves when the process has reached its goal, or cannot reach it any more. */
  done: Promise<Outcome>
}

/** Starts each process as soon as its dependencies allow it. Processes that do not depend on each other start at the same time. */
class OrderedStart {
  readonly #context: SupervisorContext
  readonly #selected: ReadonlySet<string>
  readonly #command: StartCommand
  readonly #progress = new Map<string, Progress>()

  constructor(context: SupervisorContext, selected: ReadonlySet<string>, command: StartCommand) {
    this.#context = context
    this.#selected = selected
    this.#command = command
  }

  /** @param order names with their dependencies, which come before them */
  async run(order: ReadonlyMap<string, string[]>): Promise<Outcome[]> {
    const needed = this.#neededOf(order)
    for (const [name, dependencies] of order) {
      this.#progress.set(name, this.#begin(name, dependencies, needed.get(name)))
    }
    const all = [...this.#progress.values()]
    const { wait } = this.#command.request
    if (wait === false) return Promise.all(all.map((progress) => this.#begunOutcome(progress)))
    const outcomes = await Promise.all(all.map((progress) => this.#doneOutcome(progress)))
    return Promise.all(all.map((progress, i) => this.#finalOutcome(progress, outcomes[i] as Outcome)))
  }

  /** The processes that others wait for, and whether one of those waits for the end of a job. */
  #neededOf(order: ReadonlyMap<string, string[]>): Map<string, { isJob: boolean }> {
    const { processes } = this.#context
    const needed = new Map<string, { isJob: boolean }>()
    for (const [name, dependencies] of order) {
      for (const other of dependencies) {
        const condition = conditionOf(processes.get(name), processes.get(other))
        if (condition === 'started') continue
        needed.set(other, { isJob: condition === 'completed' || (needed.get(other)?.isJob ?? false) })
      }
    }
    return needed
  }

  #begin(name: string, dependencies: string[], awaited: { isJob: boolean } | undefined): Progress {
    const { clock } = this.#context
    const managed = this.#context.processes.get(name)
    const needed = dependencies.map((other) => this.#of(other))
    const first = needed.find((other) => !isMet(managed, other.managed))
    if (first) markWaiting(managed, first.managed.process.config.name, this.#command)
    const begun =
      needed.length === 0
        ? Promise.resolve(this.#startNow(managed))
        : this.#startAfter(managed, needed, first !== undefined)
    const reached = async () => {
      const goal = await begun
      if (!isGoal(goal)) return outcomeOf(this.#context, managed, goal)
      const result = await (awaited ? waitForAttempts(managed, goal, awaited.isJob, clock) : waitForGoal(managed, goal))
      return outcomeOf(this.#context, managed, result, goal.run)
    }
    const done = Promise.race([reached(), ...needed.map((other) => this.#whenLate(managed, other))])
    const progress: Progress = { managed, begun, start: null, done }
    // Whoever awaits one of them gets the error. Without anybody it must not count as an unhandled rejection.
    begun.then(
      (start) => (progress.start = start),
      () => {},
    )
    done.catch(() => {})
    return progress
  }

  async #startAfter(managed: Managed, needed: Progress[], hasWaited: boolean): Promise<UpGoal | Failure> {
    const end = await waitForDependencies(managed, needed)
    if (typeof end === 'object' && end !== null) {
      managed.dispatch({ type: 'abandon', cause: end })
      return { result: 'failed', code: 'start-failed', cause: end }
    }
    const { phase, wanted } = managed.process
    // If it waits again, that is for another command.
    const isOver = end === 'over' && phase.type === 'waiting'
    if (isOver || (hasWaited && phase.type !== 'waiting' && wanted === 'down')) {
      return { result: 'failed', code: 'start-failed', cause: { type: 'stopped', before: 'started' } }
    }
    return this.#startNow(managed)
  }

  /** The command does not wait for ever for a dependency that is tried again and again, or is paused, but its dependent goes on waiting. */
  async #whenLate(managed: Managed, dependency: Progress): Promise<Outcome> {
    const { ok, name } = await dependency.done
    if (isHeldUpByPause(managed, dependency.managed) && managed.process.phase.type === 'waiting')
      return outcomeOf(this.#context, managed, {
        result: 'failed',
        code: 'timeout',
        cause: { type: 'dependency-paused', name },
      })
    const isTriedAgain = !ok && !isAtRest(dependency.managed.process.phase)
    if (isTriedAgain && managed.process.phase.type === 'waiting') return overdueOutcome(this.#context, 'start', managed)
    return new Promise(() => {})
  }

  #startNow(managed: Managed): UpGoal | Failure {
    const { name } = managed.process.config
    const { restart, keep, action } = this.#command
    const isRestarted = restart?.has(name) ?? false
    // Dependencies are only started, even by a restart.
    const isOnlyStarted = !this.#selected.has(name) || keep?.has(name)
    return startOne(managed, isOnlyStarted ? 'start' : isRestarted ? 'restart' : action, this.#command)
  }

  #doneOutcome({ managed, done }: Progress): Promise<Outcome> {
    return this.#command.deadline.race(done, () => overdueOutcome(this.#context, 'start', managed))
  }

  /** What was up while the command waited for others may have failed meanwhile. */
  async #finalOutcome({ managed, start }: Progress, outcome: Outcome): Promise<Outcome> {
    if (!outcome.ok || start === null || !isGoal(start)) return outcome
    const failure = failureSince(managed.process, start, this.#context.clock.now())
    return failure ? outcomeOf(this.#context, managed, failure, start.run) : outcome
  }

  /** The answer to a request that does not wait until its processes are ready. */
  async #begunOutcome({ managed, begun }: Progress): Promise<Outcome> {
    const { phase } = managed.process
    const result: Result = phase.type === 'waiting' ? { result: 'waiting', for: phase.for } : started(await begun)
    return outcomeOf(this.#context, managed, result)
  }

  #of(name: string): Progress {
    const progress = this.#progress.get(name)
    if (!progress) throw new Error(`${name} is not in the order`)
    return progress
  }
}

function started(begun: UpGoal | Failure): Result {
  return isGoal(begun) ? { result: begun.result } : begun
}

function isGoal(begun: UpGoal | Failure): begun is UpGoal {
  return 'type' in begun
}
