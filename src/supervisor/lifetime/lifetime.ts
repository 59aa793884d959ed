import { dirname } from 'node:path'
import { isAtRest } from '../../model/lifecycle/phase.ts'
import { leavesWork } from '../../model/lifecycle/process.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'
import type { Activity } from './activity.ts'
import type { Endpoint } from './endpoint.ts'
import type { Owners } from './owners.ts'
import { stopSync } from './stop-sync.ts'

/** ms between the deletion of the project and the stop of its processes. */
const DELETED_GRACE = 5000
/** ms to wait for that stop, beyond the longest `stopTimeout`. */
const STOP_PATIENCE = 10_000

export interface LifetimeOptions {
  context: SupervisorContext
  endpoint: Endpoint
  owners: Owners
  activity: Activity
  /**
   * Called when the supervisor has ended without a `close`.
   *
   * @param movedTo where its folder is now, if it was renamed and processes there need a supervisor
   */
  onReleased(movedTo: string | null): void
}

/** The end of a supervisor. However it ends, its processes keep running for the next one, unless their folder is deleted. */
export class Lifetime {
  readonly #context: SupervisorContext
  readonly #endpoint: Endpoint
  readonly #owners: Owners
  readonly #activity: Activity
  readonly #onReleased: LifetimeOptions['onReleased']
  #isOver = false

  constructor({ context, endpoint, owners, activity, onReleased }: LifetimeOptions) {
    this.#context = context
    this.#endpoint = endpoint
    this.#owners = owners
    this.#activity = activity
    this.#onReleased = onReleased
    context.releaseAsked.listen(() => this.#release())
    endpoint.lost.listen(() => this.#lost())
    endpoint.restored.listen(() => this.#restored())
    endpoint.moved.listen(() => this.#moved())
    endpoint.deleted.listen(() => this.#deleted())
  }

  /** Ends the supervisor. Works in an exit handler. */
  close(): void {
    if (this.#isOver) return
    this.#letGo()
    this.#context.store.closeSync()
    this.#endpoint.close()
  }

  /** Stops the processes that this very app started. Works in an exit handler. */
  stopOwnSync(): void {
    if (!this.#isOver) stopSync(this.#own(), this.#context.trees)
  }

  /** Resolves when everything up to now is on disk. */
  flushed(): Promise<void> {
    return this.#context.store.flushed()
  }

  /** Allows the process to end although the socket is open. */
  unref(): void {
    this.#endpoint.unref()
  }

  #release(): void {
    this.#context.events.emit({ name: '', run: 0, type: 'release' })
    this.close()
    this.#onReleased(null)
  }

  /** Another supervisor owns the folder now, so nothing more is written there. */
  #lost(): void {
    if (this.#isOver) return
    this.#letGo()
    this.#context.store.abandon()
    this.#onReleased(null)
  }

  /**
   * The folder was renamed. What is on disk there is all that the next supervisor needs, and the paths of this one are wrong
   * from now on.
   */
  #moved(): void {
    if (this.#isOver) return
    const { home, processes } = this.#context
    const movedTo = processes.snapshot().some(leavesWork) ? home.currentPath() : null
    this.#letGo()
    this.#context.store.abandon()
    this.#endpoint.close()
    this.#onReleased(movedTo)
  }

  #deleted(): void {
    const { store, events, clock, tuixDir } = this.#context
    if (this.#isOver) return
    store.abandon()
    events.warn(`${dirname(tuixDir)} was deleted: its processes are stopped in ${DELETED_GRACE / 1000} s`)
    clock.after(DELETED_GRACE, () => void this.#stopAll())
  }

  async #stopAll(): Promise<void> {
    if (this.#isOver) return
    const all = this.#context.processes.all()
    const patience = Math.max(0, ...all.map(({ process }) => process.config.stopTimeout)) + STOP_PATIENCE
    const isResting = () => all.every(({ process }) => isAtRest(process.phase))
    await new Promise<void>((resolve) => {
      const done = () => isResting() && resolve()
      for (const managed of all) managed.onChange(done)
      for (const managed of all) managed.dispatch({ type: 'stop' })
      this.#context.clock.after(patience, resolve)
      done()
    })
    this.#endpoint.close()
    this.#lost()
  }

  #restored(): void {
    this.#context.logs.makeFolder()
    this.#context.store.changed()
  }

  #letGo(): void {
    this.#isOver = true
    this.#owners.close()
    this.#activity.close()
    this.#context.logs.close()
    this.#context.web.close()
    this.#context.telemetry.close()
    this.#context.alerts.close()
    this.#context.crashes.close()
    const { pid } = this.#context.info.identity
    for (const managed of this.#context.processes.all()) managed.release(pid)
  }

  #own(): Managed[] {
    const { pid } = this.#context.info.identity
    return this.#context.processes
      .all()
      .filter(
        ({ process: { owner, wanted, phase } }) => owner?.pid === pid && (wanted === 'up' || phase.type === 'stopping'),
      )
  }
}
