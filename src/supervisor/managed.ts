import type { ProcessEvent } from '../model/events.ts'
import type { Identity, ManagedProcess } from '../model/process.ts'
import { isSpawning } from '../model/run.ts'
import { hideInInput } from '../model/secrets.ts'
import type { Effect, Input } from '../model/step.ts'
import { transition } from '../model/transition.ts'
import type { Clock } from '../system/clock.ts'
import type { Channel } from '../system/spawn.ts'
import { awaitReady } from './ready.ts'

/** What one managed process needs of the world. */
export interface Edges {
  clock: Clock
  /** Starts the run; reports by `spawned`, `spawn-failed` and later `exited`. The result resolves when the child ended. */
  spawn(managed: Managed, run: number): Promise<void>
  /** Ends the tree; resolves the survivors and the sentence that names them. */
  clear(
    managed: Managed,
    effect: Extract<Effect, { type: 'clear' }>,
    ended: Promise<void>,
  ): Promise<{ survivors: Identity[]; message: string }>
  /** Tells once the adopted leader is gone. The result ends the watch. */
  watchLeader(managed: Managed, identity: Identity, gone: () => void): () => void
  /** Watches a living run by what its config asks for, and reports. The result ends it. */
  monitor(managed: Managed, run: number): () => void
  /** Start it, what it depends on first. */
  askStart(managed: Managed): void
  /** Text that came from outside, without the secrets of this process. */
  hideSecrets(managed: Managed, text: string): string
  emit(event: ProcessEvent): void
  /** The state is another one: persist it. */
  changed(): void
}

/** One process: a queue of inputs, the pure transition, and the one place that runs its effects. */
export class Managed {
  /** Inherited by its runs; null after a recovery, when the supervisor's own is used. Never written to disk. */
  environment: Record<string, string> | null = null
  /** Messages to and from a child that was spawned with `ipc`; null without, and after an adoption. */
  channel: Channel | null = null
  /** What the child told of itself with `metric` messages. */
  metrics: Record<string, string | number> = {}
  /** The last run that it was spawned for; what is in the log is of none that came later. */
  spawnedRun = 0
  #process: ManagedProcess
  readonly #edges: Edges
  readonly #queue: Input[] = []
  #busy = false
  #released = false
  /** Timers and watches of the current wait. */
  #pending: (() => void)[] = []
  #clearing: number | null = null
  /** Resolves when the child of the current run has ended; there is none for an adopted one. */
  #ended: Promise<void> = Promise.resolve()
  #listeners = new Set<() => void>()

  constructor(process: ManagedProcess, edges: Edges) {
    this.#process = process
    this.#edges = edges
  }

  get process(): ManagedProcess {
    return this.#process
  }

  /** Applies an input, or queues it while another is being applied. */
  dispatch(input: Input): void {
    if (this.#released) return
    // Before it becomes a reason or an event, which are kept, told and written.
    this.#queue.push(hideInInput(input, (text) => this.#edges.hideSecrets(this, text)))
    if (this.#busy) return
    this.#busy = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#apply(next)
    } finally {
      this.#busy = false
    }
  }

  /** Replaces the config of a process that is not running, or of one that runs the same. */
  configure(config: ManagedProcess['config']): void {
    this.#process = { ...this.#process, config }
    this.#edges.changed()
  }

  /** Calls back after every change of state until the result is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether this run is still to be spawned. While that is prepared a stop may come, or the next supervisor. */
  isSpawning(run: number): boolean {
    return !this.#released && this.#process.run === run && isSpawning(this.#process)
  }

  /** Leaves the process to the next supervisor: no timer fires any more, nothing is signalled. The app `owner` lets go of it. */
  release(owner: number): void {
    if (this.#process.owner?.pid === owner) this.#process = { ...this.#process, owner: null }
    this.#quiet()
    this.#queue.length = 0
    this.#released = true
  }

  #apply(input: Input): void {
    const { process, effects } = transition(this.#process, input, this.#edges.clock.now())
    if (process === this.#process && effects.length === 0) return
    this.#process = process
    for (const effect of effects) this.#run(effect)
    // One more check with the same verdict is no news, and not worth a write to the disk.
    if (input.type !== 'health' || effects.length > 0) this.#edges.changed()
    for (const listener of [...this.#listeners]) listener()
  }

  #run(effect: Effect): void {
    const { clock } = this.#edges
    switch (effect.type) {
      case 'spawn':
        this.#ended = this.#edges.spawn(this, effect.run)
        return
      case 'clear':
        void this.#clear(effect)
        return
      case 'await-ready':
        this.#pending.push(awaitReady(this, clock))
        return
      case 'monitor':
        this.#pending.push(this.#edges.monitor(this, effect.run))
        return
      case 'ask-start':
        this.#edges.askStart(this)
        return
      case 'watch-leader':
        this.#ended = new Promise((resolve) => {
          const gone = () => {
            resolve()
            this.dispatch({ type: 'exited', run: effect.run, code: null, signal: null })
          }
          this.#pending.push(this.#edges.watchLeader(this, effect.identity, gone))
        })
        return
      case 'retry-at':
        this.#pending.push(
          clock.after(effect.at - clock.now(), () => this.dispatch({ type: 'retry', run: effect.run })),
        )
        return
      case 'quiet':
        this.#quiet()
        return
      case 'emit':
        this.#edges.emit(effect.event)
        return
      default:
        effect satisfies never
    }
  }

  /** One clear at a time; a second one while it runs is the same wish. */
  async #clear(effect: Extract<Effect, { type: 'clear' }>): Promise<void> {
    const running = this.#clearing !== null
    this.#clearing = effect.run
    if (running) return
    const ended = this.#ended
    const { survivors, message } = await this.#edges.clear(this, effect, ended)
    // The system has seen the last of it; the runtime's own news of the exit code may come a moment later.
    if (survivors.length === 0 && !this.#process.adopted) await ended
    const run = this.#clearing
    this.#clearing = null
    this.dispatch({ type: 'cleared', run, survivors, message })
  }

  #quiet(): void {
    for (const cancel of this.#pending.splice(0)) cancel()
  }
}
