import { ForwardReader } from '../../logs/reading/forward.ts'
import { type OtlpTarget, retryDelay } from '../../model/telemetry/otlp-settings.ts'
import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import type { Clock } from '../../system/clock.ts'
import { type Outcome, post } from './post.ts'

/** Lines in one request. The longest have 64 KB each. */
const MOST_LINES = 200
/** ms in which lines gather before they are sent. */
const GATHER = 1000

export interface LogSenderOptions {
  clock: Clock
  /** Where an earlier sender has stopped. */
  cursor: string
  /** The log files, as they are now. */
  source(): LogSource
  /** Where to; null while that is unknown. */
  target(): OtlpTarget | null
  payload(logs: ProcessLog[]): object
  /** These were taken, or refused for good: the next sender begins here. */
  keep(cursor: string): void
  /** An attempt begins (1) or has ended (-1). */
  sending(change: 1 | -1): unknown
  /** What came of an attempt. */
  report(target: OtlpTarget, outcome: Outcome): void
}

/**
 * Sends the output of one process, each line at least once: it goes on only after the receiver has answered. It holds no more than
 * the lines of one request. What cannot be sent now is still in the files.
 */
export class LogSender {
  readonly #options: LogSenderOptions
  readonly #reader: ForwardReader
  readonly #end = new AbortController()
  #isOver = false
  #wake = () => {}

  constructor(options: LogSenderOptions) {
    this.#options = options
    this.#reader = new ForwardReader({ streams: ['stdout', 'stderr'] }, options.cursor)
  }

  /** Resolves when it has ended, which it does after a `finish` or a `close`. Rejects if the files cannot be read. */
  async run(): Promise<void> {
    const { signal } = this.#end
    try {
      let source = this.#options.source()
      await this.#reader.setSources([source])
      while (!signal.aborted) {
        const isLast = this.#isOver
        const { logs, more } = await this.#reader.next(MOST_LINES)
        if (logs.length > 0) {
          if (!(await this.#send(logs))) return
          this.#options.keep(this.#reader.cursor)
        }
        if (more) continue
        if (isLast) return
        const next = this.#options.source()
        if (next !== source) {
          // Only when the files that it had are read to their end.
          source = next
          await this.#reader.setSources([source])
          continue
        }
        if (!this.#isOver) await this.#reader.grown(signal)
        await this.#pause(GATHER)
      }
    } finally {
      await this.#reader.close()
    }
  }

  /** The process has changed: it may have other files, or another target. */
  wake(): void {
    this.#reader.wake()
  }

  /** The process is gone. What it wrote is sent, if that is possible at once. */
  finish(): void {
    this.#isOver = true
    this.#reader.wake()
    this.#wake()
  }

  /** Works in an exit handler. */
  close(): void {
    this.#end.abort()
    this.#wake()
  }

  /** Resolves to false if it gave up, and to true when the lines need not be sent again. */
  async #send(logs: ProcessLog[]): Promise<boolean> {
    const { target: targetNow, payload, report, sending } = this.#options
    const body = JSON.stringify(payload(logs))
    for (let attempt = 0; !this.#end.signal.aborted; attempt++) {
      const target = targetNow()
      let retryAfter: number | undefined
      if (target) {
        sending(1)
        const outcome = await post(target, body, this.#end.signal).finally(() => sending(-1))
        if (this.#end.signal.aborted) return false
        report(target, outcome)
        if (outcome.type !== 'failed') return true
        retryAfter = outcome.retryAfter
      }
      if (this.#isOver) return false
      await this.#pause(retryDelay(attempt, retryAfter, Math.random()))
    }
    return false
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
      if (this.#isOver || this.#end.signal.aborted) this.#wake()
    })
  }
}
