import type { Clock } from '../../system/clock.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'

/**
 * Whether the supervisor has anything to do: for processes, for requests and streams, or for somebody who used the web listener a
 * moment ago. Reports changes only.
 */
export class Activity {
  readonly #processes: Pick<ReadonlyProcessTable, 'isBusy'>
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>
  readonly #onBusy: (busy: boolean) => void
  #requests = 0
  /** By `monotonic`. */
  #staysUntil = 0
  #cancel: (() => void) | undefined
  #busy: boolean | undefined
  #closed = false

  constructor(
    processes: Pick<ReadonlyProcessTable, 'isBusy'>,
    clock: Pick<Clock, 'monotonic' | 'after'>,
    onBusy: (busy: boolean) => void,
  ) {
    this.#processes = processes
    this.#clock = clock
    this.#onBusy = onBusy
  }

  /** @param change of the number of requests, streams and other work under way */
  requests(change: 1 | -1): void {
    this.#requests += change
    this.update()
  }

  /** Counts as something to do for the next `ms`. */
  staysFor(ms: number): void {
    this.#staysUntil = this.#clock.monotonic() + ms
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined
      const left = this.#staysUntil - this.#clock.monotonic()
      if (left > 0) this.staysFor(left)
      else this.update()
    })
    this.update()
  }

  update(): void {
    const busy = this.#requests > 0 || this.#processes.isBusy() || this.#cancel !== undefined
    if (this.#closed || busy === this.#busy) return
    this.#busy = busy
    this.#onBusy(busy)
  }

  /** Reports nothing from now on. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
  }
}
