import type { Identity } from '../../model/lifecycle/identity.ts'
import { waitsForChange } from '../../model/lifecycle/phase.ts'
import { isStillAlive } from '../../system/process/liveness.ts'
import type { Managed } from '../managed.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'

/** ms between checks. */
const CHECK_EVERY = 1000

/**
 * Stops the processes of each parent app when the app ends. The app that contains this supervisor is left out, since its exit
 * handler stops them. No runtime reports the end of another app, so those are checked once a second, and only while they own
 * a process that is wanted up.
 */
export class Owners {
  readonly #processes: ReadonlyProcessTable
  readonly #self: Identity
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(processes: ReadonlyProcessTable, self: Identity) {
    this.#processes = processes
    this.#self = self
  }

  /** Starts the checks if they are needed, and ends them if not. */
  update(): void {
    const isNeeded = !this.#closed && this.#owned().length > 0
    if (isNeeded) this.#timer ??= setInterval(() => void this.#check(), CHECK_EVERY).unref()
    else this.#end()
  }

  /** Checks nothing from now on. */
  close(): void {
    this.#closed = true
    this.#end()
  }

  #end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #owned(): Managed[] {
    return this.#processes.all().filter(({ process }) => {
      const { owner, wanted } = process
      return owner !== null && (wanted === 'up' || waitsForChange(process)) && owner.pid !== this.#self.pid
    })
  }

  async #check(): Promise<void> {
    const check = async (managed: Managed) => {
      const { owner } = managed.process
      // A look that fails says nothing: then it lives.
      if (owner === null || (await isStillAlive(owner).catch(() => true)) || this.#closed) return
      // Another app may have taken it over meanwhile.
      if (managed.process.owner === owner) managed.dispatch({ type: 'stop' })
    }
    await Promise.all(this.#owned().map(check))
  }
}
