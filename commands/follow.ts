import type { Outcome, ProcessManager, ProcessState, Selection } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { type Action, isSelected, progressLines, type Step, stepOf } from './format/progress.ts'
import { isLive, LiveBlock } from './live.ts'

/** ms between two looks when nothing is heard: news may have been lost with the supervisor that sent it. */
const LOOK_EVERY = 1000
/** ms between two looks at least, however much is heard. */
const LOOK_LEAST = 40
/** ms between two paintings of the time that goes by. */
const PAINT_EVERY = 100

export interface Followed {
  action: Action
  selection: Selection
  manager: ProcessManager
  /** `Starting`. */
  doing: string
  /** A process is done, the moment it is; not called where stdout is a terminal that is painted in place. */
  onDone(step: Step, state: ProcessState): void
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
  /** Something happened since the last look. */
  isStale = true

  constructor(context: CommandContext, followed: Followed, before: Map<string, ProcessState>, block: LiveBlock | null) {
    this.#context = context
    this.#followed = followed
    this.#before = before
    this.#block = block
    this.#begun = context.environment.now()
    const { stdout, env } = context.environment
    this.#isPainted = isLive(stdout, env)
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
    const states = await this.#followed.manager.list().catch(() => [])
    this.#note(states)
  }

  /** What the answer says that no look has seen. */
  last(outcomes: Outcome[]): void {
    for (const { name, ok } of outcomes) if (ok && !this.took.has(name)) this.#noteTime(name)
  }

  #note(states: ProcessState[]): void {
    const { action, selection, onDone } = this.#followed
    const now = this.#context.environment.now()
    this.#steps = states.flatMap((state) => {
      const before = this.#before.get(state.name)
      const isMeant = isSelected(state, selection)
      // What others depend on is started, whatever is done with those.
      const step = stepOf({ action: isMeant || action === 'stop' ? action : 'start', before, state, now })
      if (!isMeant && (action === 'stop' || (step.phase === 'waiting' && step.text === 'waiting') || !step.isNews)) {
        return []
      }
      if (step.phase === 'done' && step.isNews && !this.took.has(step.name)) {
        this.#noteTime(step.name)
        if (!this.#isPainted) onDone(step, state)
      }
      return [step]
    })
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
