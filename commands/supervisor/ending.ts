import type { PsEnvironment } from '../environment.ts'

/** Why a supervisor in the foreground ends: a signal, or somebody asked it to give everything up. */
export type Reason = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'released'

/** ms in which a signal counts once: a terminal sends Ctrl-C to everybody, and an init passes it on besides. */
const SAME = 1000

/** Waits for the signal that ends the supervisor, and for the one that says not to wait any longer. */
export class Ending {
  readonly reason: Promise<Reason>
  readonly hurry: Promise<'hurry'>
  readonly #close: (() => void)[] = []
  #resolve: (reason: Reason) => void = () => {}
  #resolveHurry: (hurry: 'hurry') => void = () => {}
  /** Epoch ms of the first signal. */
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
    // A terminal that closes sends it; to a service it says to read its config again.
    this.#close.push(onSignal('SIGHUP', () => (stderr.isTTY ? this.#signal('SIGHUP') : this.reload())))
  }

  /** What a SIGHUP asks for that does not come from a terminal. */
  reload: () => void = () => {}

  because(reason: Reason): void {
    this.#resolve(reason)
  }

  close(): void {
    for (const close of this.#close) close()
  }

  #signal(signal: Reason): void {
    const now = this.#now()
    if (this.#signalled !== null && now - this.#signalled >= SAME) this.#resolveHurry('hurry')
    this.#signalled ??= now
    this.#resolve(signal)
  }
}
