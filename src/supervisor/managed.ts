import type { Activity } from '../model/lifecycle/boot.ts'
import type { UnwordedEvent } from '../model/lifecycle/events.ts'
import type { Identity } from '../model/lifecycle/identity.ts'
import type { Effect, Input, Survivor, Transition } from '../model/lifecycle/inputs.ts'
import { aligned, type ManagedProcess } from '../model/lifecycle/process.ts'
import { transition } from '../model/lifecycle/transition.ts'
import { hideInInput } from '../model/redaction/secrets.ts'
import { faultText } from '../model/text/system-error.ts'
import { type Clock, runAt } from '../system/clock.ts'
import type { Channel } from '../system/process/spawn.ts'
import { awaitReady } from './effects/ready.ts'

/** ms between a kill that failed and the next one. */
const KILL_AGAIN_AFTER = 1000

/** Carries out the effects that `transition` returns. `effects/effect-runner.ts` does so in the real world. */
export interface Effects {
  readonly clock: Clock
  /** Starts a run, and dispatches `spawned` or `spawn-failed`, and later `exited`. Resolves when the child has ended. */
  spawn(managed: Managed, run: number): Promise<void>
  /** Kills the tree. Resolves to its survivors. */
  kill(managed: Managed, effect: Extract<Effect, { type: 'kill' }>, ended: Promise<void>): Promise<Survivor[]>
  /** Stops or continues the tree. Resolves when every member is signalled, or when a later order has replaced this one. */
  signal(managed: Managed, effect: Extract<Effect, { type: 'signal' }>): Promise<void>
  /** What the tree of its run does; null if that is unknown. */
  look(managed: Managed): Activity | null
  /** Calls `gone` when an adopted leader has ended. Returns a function that ends the watch. */
  watchLeader(managed: Managed, leader: Identity, gone: () => void): () => void
  /** Starts the monitors that the config asks for. Returns a function that ends them. */
  monitor(managed: Managed, run: number): () => void
  /** Watches files between two runs, if the config asks for it. Returns a function that ends it. */
  watch(managed: Managed, run: number): () => void
  /** Starts the process later, after the processes that it depends on. */
  requestStart(managed: Managed): void
  /** Takes the secrets of a process out of a text from outside. */
  redact(managed: Managed, text: string): string
  emit(event: UnwordedEvent): void
  /** A state has changed and has to be written. */
  changed(): void
}

/** One process: queues its inputs, applies `transition` to each, and has the effects carried out. */
export class Managed {
  #environment: Record<string, string> | null = null
  #channel: Channel | null = null
  #metrics: Record<string, string | number> = {}
  #spawnedRun = 0
  #process: ManagedProcess
  readonly #effects: Effects
  readonly #queue: Input[] = []
  #busy = false
  #released = false
  /** Cancel the timers, monitors and watches of the current phase. */
  #pending: (() => void)[] = []
  /** What the time of day was ahead of the clock that never jumps, when the last input was applied. */
  #offset = 0
  /** Run that is being killed. */
  #killing: number | null = null
  /** Resolves when the last pause or resume has reached the whole tree. */
  #signalled: Promise<void> = Promise.resolve()
  /** Resolves when the current run's leader has ended. */
  #ended: Promise<void> = Promise.resolve()
  /** Whether its leader is a child, of whose end the runtime tells. */
  #isChild = false
  #listeners = new Set<() => void>()

  constructor(process: ManagedProcess, effects: Effects) {
    this.#process = process
    this.#effects = effects
  }

  get process(): ManagedProcess {
    return this.#process
  }

  /** Environment that its runs inherit. Null after a recovery, since it is never written to disk; then they inherit the supervisor's. */
  get environment(): Readonly<Record<string, string>> | null {
    return this.#environment
  }

  /** Messages to and from the child. Null without `ipc`, and after an adoption. */
  get channel(): Channel | null {
    return this.#channel
  }

  /** Values that the child reported with `metric` messages. */
  get metrics(): Readonly<Record<string, string | number>> {
    return this.#metrics
  }

  /** The last run that was spawned. Later runs have written nothing to the log. */
  get spawnedRun(): number {
    return this.#spawnedRun
  }

  /** Sets the environment that its next runs inherit, which is that of the command. */
  inherit(environment: Record<string, string>): void {
    this.#environment = environment
  }

  /** Records that a child was spawned for this run. `channel`: null without `ipc`. */
  attach(run: number, channel: Channel | null): void {
    this.#spawnedRun = run
    this.#channel = channel
    this.#metrics = {}
  }

  /** Records that the child, and with it its channel, has ended. */
  detach(): void {
    this.#channel = null
  }

  /** Records a metric of the child. */
  report(metric: string, value: string | number): void {
    this.#metrics[metric] = value
  }

  /** Applies an input, or queues it while another is being applied. */
  dispatch(input: Input): void {
    if (this.#released) return
    // First, because its texts end up in reasons and events, which are shown and written.
    this.#queue.push(hideInInput(input, (text) => this.#effects.redact(this, text)))
    if (this.#busy) return
    this.#busy = true
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#apply(next)
    } finally {
      this.#busy = false
    }
  }

  /** Calls `listener` after every change of state. Returns a function that removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether this run is still to be spawned. A stop or a release may come while the spawn is prepared. */
  isSpawning(run: number): boolean {
    return !this.#released && this.#process.run === run && this.#process.phase.type === 'spawning'
  }

  /** Whether this run is still to be paused. A resume, a stop or a release may come while it is signalled. */
  isPaused(run: number): boolean {
    return !this.#released && this.#process.run === run && this.#process.phase.type === 'paused'
  }

  /** Resolves when the last pause or resume has reached the whole tree. */
  get signalled(): Promise<void> {
    return this.#signalled
  }

  /**
   * Leaves the process to the next supervisor: from now on nothing is dispatched, signalled or timed.
   *
   * @param owner pid of the app that ends; a process that it owns has no owner from now on
   */
  release(owner: number): void {
    if (this.#process.owner?.pid === owner) {
      this.#process = transition(this.#process, { type: 'disown' }, this.#effects.clock.now()).process
    }
    this.#cancel()
    this.#queue.length = 0
    this.#released = true
  }

  #apply(input: Input): void {
    const { process, effects } = this.#transition(input)
    if (process === this.#process && effects.length === 0) return
    this.#process = process
    // Before the effects, since a pause waits until it is on disk.
    // A health check with the same result as before is not worth a write to the disk.
    if (input.type !== 'health' || effects.length > 0) this.#effects.changed()
    for (const effect of effects) this.#attempt(() => this.#run(effect))
    for (const listener of [...this.#listeners]) this.#attempt(listener)
  }

  #transition(input: Input): Transition {
    const { clock } = this.#effects
    const now = clock.now()
    this.#offset = now - clock.monotonic()
    const process = aligned(this.#process, now, clock.bootedAt())
    try {
      return transition(process, input, now)
    } catch (error) {
      const isGone = input.type === 'killed' || input.type === 'spawn-failed'
      return transition(process, { type: 'fault', detail: faultText(error), isGone }, now)
    }
  }

  /** An error about one process must not end what supervises all the others. */
  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#report(error)
    }
  }

  #report(error: unknown): void {
    this.dispatch({ type: 'fault', detail: faultText(error), isGone: false })
  }

  #run(effect: Effect): void {
    const { clock } = this.#effects
    switch (effect.type) {
      case 'spawn':
        this.#isChild = true
        this.#ended = this.#effects.spawn(this, effect.run).catch((error) => {
          const problem = { type: 'system', detail: faultText(error) } as const
          this.dispatch({ type: 'spawn-failed', run: effect.run, problem, transient: true })
        })
        return
      case 'kill':
        void this.#kill(effect)
        return
      case 'signal':
        this.#signalled = this.#effects.signal(this, effect).catch((error) => this.#report(error))
        return
      case 'await-ready':
        this.#pending.push(awaitReady(this, clock, () => this.#effects.look(this)))
        return
      case 'monitor':
        this.#pending.push(this.#effects.monitor(this, effect.run))
        return
      case 'watch':
        this.#pending.push(this.#effects.watch(this, effect.run))
        return
      case 'request-start':
        this.#effects.requestStart(this)
        return
      case 'watch-leader':
        this.#isChild = false
        this.#ended = new Promise((resolve) => {
          const gone = () => {
            resolve()
            this.dispatch({ type: 'exited', run: effect.run, code: null, signal: null })
          }
          this.#pending.push(this.#effects.watchLeader(this, effect.leader, gone))
        })
        return
      case 'retry-at':
        this.#pending.push(
          runAt(effect.at, () => this.dispatch({ type: 'retry', run: effect.run }), clock, this.#offset),
        )
        return
      case 'retry-after':
        this.#pending.push(clock.after(effect.delay, () => this.dispatch({ type: 'retry', run: effect.run })))
        return
      case 'cancel':
        this.#cancel()
        return
      case 'emit':
        this.#effects.emit(effect.event)
        return
      default:
        effect satisfies never
    }
  }

  /** Kills the tree. A second order during a kill only changes the run that the result is reported for. */
  async #kill(effect: Extract<Effect, { type: 'kill' }>): Promise<void> {
    const isUnderWay = this.#killing !== null
    this.#killing = effect.run
    if (isUnderWay) return
    const [ended, isChild] = [this.#ended, this.#isChild]
    const survivors = await this.#killOnce(effect, ended)
    // The process table may be empty a moment before the runtime reports the exit code.
    if (survivors.length === 0 && isChild) await ended
    const run = this.#killing
    this.#killing = null
    this.dispatch({ type: 'killed', run, survivors })
  }

  /** Tries again until it is known what has survived. */
  async #killOnce(effect: Extract<Effect, { type: 'kill' }>, ended: Promise<void>): Promise<Survivor[]> {
    for (;;) {
      try {
        return await this.#effects.kill(this, effect, ended)
      } catch (error) {
        this.#report(error)
        await new Promise<void>((resolve) => this.#effects.clock.after(KILL_AGAIN_AFTER, resolve))
      }
    }
  }

  #cancel(): void {
    for (const cancel of this.#pending.splice(0)) cancel()
  }
}
