import type { Outcome, ProcessManager, ProcessState } from '../../../src/index.ts'
import { type Action, progressLines, type Step, stepOf } from '../../format/progress.ts'
import type { CommandContext } from '../command.ts'
import { isLive } from '../output.ts'
import type { LiveBlock } from './repaint.ts'

/** ms between polls without events: events may have been lost together with their supervisor. */
const POLL_EVERY = 1000
/** Minimum ms between polls, however many events arrive. */
const POLL_LEAST = 40
/** ms between repaints, which show the elapsed time. */
const PAINT_EVERY = 100

export interface Followed {
  manager: ProcessManager
  /** `Starting`. */
  doing: string
  /** What the request does with a process, also with one that others depend on. Null: the request is not about this process. */
  actionOf(state: ProcessState): Action | null
  /** The outcome of a process, if the command knows it before the request is answered; it overrides the process's state. */
  resultOf?(name: string): Outcome | undefined
  /** The text for a process that is done, if it should differ from the one derived from its state. */
  doneText?(name: string): string | undefined
  /** The processes before the request, if the command has asked for them already. */
  before?: Promise<ProcessState[]> | undefined
  /** Called as soon as a process is done, unless stdout is repainted in place. */
  onDone(step: Step, state: ProcessState | undefined): void
}

export interface FollowResult {
  /** Null: the user pressed Ctrl-C; the supervisor carries on. */
  outcomes: Outcome[] | null
  /** ms until each process was seen done, by name. */
  took: Map<string, number>
}

/**
 * Shows the progress of a request. It polls the processes after every event, and at least once a second. The answer to the
 * request is authoritative; the progress is only shown.
 */
export async function follow(
  context: CommandContext,
  followed: Followed,
  request: () => Promise<Outcome[]>,
): Promise<FollowResult> {
  const { stderr, env, signal } = context.environment
  const { manager } = followed
  const before = new Map((await (followed.before ?? manager.list())).map((state) => [state.name, state]))
  // Loaded only where it is used: it measures text.
  const block = isLive(stderr, env) ? new (await import('./repaint.ts')).LiveBlock(stderr) : null
  const progress = new Progress(context, followed, before, block)
  let wake = () => {}
  let isOver = false
  const end = () => {
    isOver = true
    wake()
  }
  signal.addEventListener('abort', end, { once: true })
  const events = manager.events()
  const listen = async () => {
    for await (const _ of events) {
      progress.isStale = true
      wake()
    }
  }
  // If the events fail, polling still works.
  listen().catch(() => {})
  const answer = request().finally(end)
  // After Ctrl-C nobody awaits the answer.
  answer.catch(() => {})
  try {
    while (!isOver) {
      await progress.poll()
      if (isOver) break
      progress.paint()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, block ? PAINT_EVERY : progress.untilPoll())
        wake = () => {
          clearTimeout(timer)
          // Delayed, so that a hundred events at once cause a single poll.
          setTimeout(resolve, isOver ? 0 : POLL_LEAST)
        }
        // An event arrived during the poll.
        if (isOver || progress.isStale) wake()
      })
    }
    if (signal.aborted) return { outcomes: null, took: progress.took }
    const outcomes = await answer
    progress.complete(outcomes)
    block?.clear()
    return { outcomes, took: progress.took }
  } catch (error) {
    block?.clear()
    throw error
  } finally {
    signal.removeEventListener('abort', end)
    await events.return()
  }
}

/** The progress of each process. */
class Progress {
  readonly took = new Map<string, number>()
  readonly #context: CommandContext
  readonly #followed: Followed
  readonly #before: Map<string, ProcessState>
  readonly #block: LiveBlock | null
  readonly #begun: number
  /** stdout is repainted in place: outcomes are only reported at the end. */
  readonly #isPainted: boolean
  #steps: Step[] = []
  #polledAt = 0
  /** An event arrived since the last poll. */
  isStale = false

  constructor(context: CommandContext, followed: Followed, before: Map<string, ProcessState>, block: LiveBlock | null) {
    this.#context = context
    this.#followed = followed
    this.#before = before
    this.#block = block
    this.#begun = context.environment.now()
    this.#polledAt = this.#begun
    const { stdout, env } = context.environment
    this.#isPainted = isLive(stdout, env)
    this.#update([...before.values()])
  }

  /** ms until the next poll is due. */
  untilPoll(): number {
    return Math.max(0, this.#polledAt + POLL_EVERY - this.#context.environment.now())
  }

  async poll(): Promise<void> {
    if (!this.isStale && this.untilPoll() > 0) return
    this.isStale = false
    this.#polledAt = this.#context.environment.now()
    // A failed poll, while one supervisor replaces another, must not look as if the processes were gone.
    const states = await this.#followed.manager.list().catch(() => undefined)
    if (states) this.#update(states)
  }

  /** Adds what the answer reports and no poll has seen. */
  complete(outcomes: Outcome[]): void {
    for (const { name, ok } of outcomes) if (ok && !this.took.has(name)) this.#noteTime(name)
  }

  #update(states: ProcessState[]): void {
    const there = new Set(states.map(({ name }) => name))
    const gone = [...this.#before.values()].filter(({ name }) => !there.has(name))
    this.#steps = [
      ...gone.flatMap((before) => this.#done(this.#stepOfGone(before), undefined)),
      ...states.flatMap((state) => this.#done(this.#stepOf(state), state)),
    ]
  }

  #stepOfGone(before: ProcessState): Step | null {
    if (this.#followed.actionOf(before) !== 'remove') return null
    return { name: before.name, phase: 'done', text: 'removed', isNews: true }
  }

  #stepOf(state: ProcessState): Step | null {
    const { actionOf, resultOf } = this.#followed
    const { name } = state
    const now = this.#context.environment.now()
    const before = this.#before.get(name)
    const result = resultOf?.(name)
    if (result) return { name, phase: result.ok ? 'done' : 'failed', text: result.message, isNews: true }
    const action = actionOf(state)
    return action && stepOf({ action, before, state, now })
  }

  /** Reports a process that is done for the first time. */
  #done(step: Step | null, state: ProcessState | undefined): Step[] {
    if (!step) return []
    if (step.phase !== 'done') return [step]
    const { onDone, doneText, resultOf } = this.#followed
    const done = { ...step, text: doneText?.(step.name) ?? step.text }
    if (step.isNews && !this.took.has(step.name)) {
      this.#noteTime(step.name)
      // A result of `wait` is about a condition, so the pid is left out.
      if (!this.#isPainted) onDone(done, resultOf?.(step.name) ? undefined : state)
    }
    return [done]
  }

  #noteTime(name: string): void {
    this.took.set(name, this.#context.environment.now() - this.#begun)
  }

  paint(): void {
    if (!this.#block || this.#steps.length === 0) return
    const { environment, paintError, symbols } = this.#context
    this.#block.show(
      progressLines(this.#steps, {
        doing: this.#followed.doing,
        paint: paintError,
        symbols,
        width: environment.stderr.columns,
        room: this.#block.room,
        took: environment.now() - this.#begun,
        tookEach: this.took,
      }),
    )
  }
}
