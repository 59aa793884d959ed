import type { Outcome, ProcessManager, ProcessState } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { type Action, progressLines, type Step, stepOf } from './format/progress.ts'
import { isLive, LiveBlock } from './live.ts'

/** ms between two looks when nothing is heard: news may have been lost with the supervisor that sent it. */
const LOOK_EVERY = 1000
/** ms between two looks at least, however much is heard. */
const LOOK_LEAST = 40
/** ms between two paintings of the time that goes by. */
const PAINT_EVERY = 100

export interface Followed {
  manager: ProcessManager
  /** `Starting`. */
  doing: string
  /** What is done with a process; null: it is not meant. */
  actionOf(state: ProcessState): Action | null
  /** Whether what others depend on may be started besides. */
  startsOthers: boolean
  /** How it came out, where the command knows before its answer; the states tell nothing more then. */
  judged?(name: string): Outcome | undefined
  /** What to say of one that is done, if not what its state tells. */
  doneText?(name: string): string | undefined
  /** A process is done, the moment it is; not called where stdout is a terminal that is painted in place. */
  onDone(step: Step, state: ProcessState | undefined): void
}

export interface FollowResult {
  /** Null: given up by Ctrl-C; the supervisor goes on. */
  outcomes: Outcome[] | null
  /** ms after which processes were seen done, by name. */
  took: Map<string, number>
}

/**
 * Shows how a request goes on while it is under way. It looks at the processes whenever something happens, and once a
 * second anyway; what the request answers is what counts.
 */
export async function follow(
  context: CommandContext,
  followed: Followed,
  request: () => Promise<Outcome[]>,
): Promise<FollowResult> {
  const { stderr, env, signal } = context.environment
  const { manager } = followed
  const before = new Map((await manager.list()).map((state) => [state.name, state]))
  const block = isLive(stderr, env) ? new LiveBlock(stderr) : null
  const progress = new Progress(context, followed, before, block)
  let wake = () => {}
  let isOver = false
  const end = () => {
    isOver = true
    wake()
  }
  signal?.addEventListener('abort', end, { once: true })
  const events = manager.events()
  const listen = async () => {
    for await (const _ of events) {
      progress.heard()
      wake()
    }
  }
  // Without news there are still the looks.
  listen().catch(() => {})
  const answer = request().finally(end)
  // After Ctrl-C nobody waits for it.
  answer.catch(() => {})
  try {
    while (!isOver) {
      await progress.look()
      if (isOver) break
      progress.paint()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, block ? PAINT_EVERY : progress.untilLook())
        wake = () => {
          clearTimeout(timer)
          // Not at once for each of a hundred that come together.
          setTimeout(resolve, isOver ? 0 : LOOK_LEAST)
        }
        // It came while it looked.
        if (isOver || progress.isStale) wake()
      })
    }
    if (signal?.aborted) return { outcomes: null, took: progress.took }
    const outcomes = await answer
    progress.last(outcomes)
    block?.clear()
    return { outcomes, took: progress.took }
  } catch (error) {
    block?.clear()
    throw error
  } finally {
    signal?.removeEventListener('abort', end)
    await events.return()
  }
}

/** What is known of how far the processes are. */
class Progress {
  readonly took = new Map<string, number>()
  readonly #context: CommandContext
  readonly #followed: Followed
  readonly #before: Map<string, ProcessState>
  readonly #block: LiveBlock | null
  readonly #begun: number
  /** What comes of it is shown at the end, in the place of what was painted. */
  readonly #isPainted: boolean
  #steps: Step[] = []
  #lookedAt = 0
  /** Something happened since the last look, which was the one before the request. */
  isStale = false

  constructor(context: CommandContext, followed: Followed, before: Map<string, ProcessState>, block: LiveBlock | null) {
    this.#context = context
    this.#followed = followed
    this.#before = before
    this.#block = block
    this.#begun = context.environment.now()
    this.#lookedAt = this.#begun
    const { stdout, env } = context.environment
    this.#isPainted = isLive(stdout, env)
    this.#note([...before.values()])
  }

  /** Something happened. */
  heard(): void {
    this.isStale = true
  }

  untilLook(): number {
    return Math.max(0, this.#lookedAt + LOOK_EVERY - this.#context.environment.now())
  }

  async look(): Promise<void> {
    if (!this.isStale && this.untilLook() > 0) return
    this.isStale = false
    this.#lookedAt = this.#context.environment.now()
    // Between two supervisors nothing can be told: that is not to be taken for processes that are gone.
    const states = await this.#followed.manager.list().catch(() => undefined)
    if (states) this.#note(states)
  }

  /** What the answer says that no look has seen. */
  last(outcomes: Outcome[]): void {
    for (const { name, ok } of outcomes) if (ok && !this.took.has(name)) this.#noteTime(name)
  }

  #note(states: ProcessState[]): void {
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
    const { actionOf, startsOthers, judged } = this.#followed
    const { name } = state
    const now = this.#context.environment.now()
    const before = this.#before.get(name)
    const verdict = judged?.(name)
    if (verdict) return { name, phase: verdict.ok ? 'done' : 'failed', text: verdict.message, isNews: true }
    const action = actionOf(state)
    if (action) return stepOf({ action, before, state, now })
    const step = startsOthers ? stepOf({ action: 'start', before, state, now }) : null
    return step?.isNews && step.text !== 'waiting' ? step : null
  }

  /** Tells of one that is done now for the first time. */
  #done(step: Step | null, state: ProcessState | undefined): Step[] {
    if (!step) return []
    if (step.phase !== 'done') return [step]
    const { onDone, doneText, judged } = this.#followed
    const told = { ...step, text: doneText?.(step.name) ?? step.text }
    if (step.isNews && !this.took.has(step.name)) {
      this.#noteTime(step.name)
      // A verdict is about a condition, not about what runs.
      if (!this.#isPainted) onDone(told, judged?.(step.name) ? undefined : state)
    }
    return [told]
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
