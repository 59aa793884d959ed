/** Signals that ask a program to end or to reload its config. */
export type Request = 'SIGTERM' | 'SIGINT' | 'SIGHUP'

/** Calls the listener at every such signal, instead of ending the program, until the returned function is called. */
export function onSignal(signal: Request, listener: () => void): () => void {
  process.on(signal, listener)
  return () => process.off(signal, listener)
}

/** The exit code of shells for Ctrl-C. */
const INTERRUPTED = 130
/** ms in which a command has to end after Ctrl-C. */
const GRACE = 200

/** Ends one command at Ctrl-C, or when the reader of its output is gone. */
export class Interrupt {
  readonly #controller = new AbortController()
  readonly #removeDefault = new Map<Request, () => void>()
  readonly #exits: boolean
  /** What a command does at Ctrl-C instead. */
  #own: (() => void) | undefined

  /**
   * @param signals what counts as Ctrl-C; a second one has the default action, which kills the program at once
   * @param exits end the program, too, if the command does not end in time
   */
  constructor({ signals = ['SIGINT'], exits = true }: { signals?: readonly Request[]; exits?: boolean } = {}) {
    this.#exits = exits
    for (const signal of signals)
      this.#removeDefault.set(
        signal,
        onSignal(signal, () => this.interrupt()),
      )
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Ctrl-C. Commands that wait for the supervisor are cut off; the supervisor carries on with the request. */
  interrupt(): void {
    if (this.#own) {
      this.#own()
      return
    }
    this.dispose()
    this.#controller.abort()
    process.exitCode = INTERRUPTED
    if (this.#exits) setTimeout(() => process.exit(INTERRUPTED), GRACE).unref()
  }

  /** The reader is gone: `logs -f | head` closes the pipe. */
  closed(): void {
    this.#controller.abort()
  }

  /** A command handles a signal itself, until the returned function is called. */
  onSignal(signal: Request, listener: () => void): () => void {
    this.#removeDefault.get(signal)?.()
    if (signal === 'SIGINT') this.#own = listener
    return onSignal(signal, listener)
  }

  /** Signals have their default action again. */
  dispose(): void {
    for (const remove of this.#removeDefault.values()) remove()
    this.#removeDefault.clear()
  }
}
