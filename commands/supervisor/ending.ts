import type { PsEnvironment } from '../shared/environment.ts'

/** Why a foreground supervisor ends: a signal, or a request to release its processes. */
export type Reason = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'released'

/** ms within which repeated signals count as one: both the terminal and an init may deliver the same Ctrl-C. */
const REPEAT = 1000

/** Waits for the signal that ends the supervisor, and for a second one that makes it exit at once. */
export class Ending {
  readonly reason: Promise<Reason>
  readonly hurry: Promise<'hurry'>
  readonly #close: (() => void)[] = []
  #resolve: (reason: Reason) => void = () => {}
  #resolveHurry: (hurry: 'hurry') => void = () => {}
  /** Time of the first signal, in epoch ms. */
  #signalled: number | null = null
  readonly #now: () => number

  constructor({ onSignal, now, stderr }: Pick<PsEnvironment, 'onSignal' | 'now' | 'stderr'>) {
    this.#now = now
    this.reason = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.hurry = new Promise((resolve) => {
      this.#resolveHurry = resolve
    })
    for (const signal of ['SIGTERM', 'SIGINT'] as const) this.#close.push(onSignal(signal, () => this.#signal(signal)))
    // A closing terminal sends SIGHUP. To a service it means: reload the config.
    this.#close.push(onSignal('SIGHUP', () => (stderr.isTTY ? this.#signal('SIGHUP') : this.reload())))
  }

  /** Called on a SIGHUP that does not come from a terminal. */
  reload: () => void = () => {}

  because(reason: Reason): void {
    this.#resolve(reason)
  }

  close(): void {
    for (const close of this.#close) close()
  }

  #signal(signal: Reason): void {
    const now = this.#now()
    if (this.#signalled !== null && now - this.#signalled >= REPEAT) this.#resolveHurry('hurry')
    this.#signalled ??= now
    this.#resolve(signal)
  }
}
