import { refuseLink } from '../files/links.ts'
import { recoverRotation } from './cut.ts'
import { flushLog } from './flush.ts'
import { type RotationLimits, rotateIfNeeded } from './rotate.ts'

export interface LogRotatorOptions {
  /** The supervisor's own log folder. A log in it that is a symbolic link is not rotated. */
  folder: string
  /** A log could not be rotated, for lack of space or permission. It grows until a later try. */
  onError?: (log: string, error: unknown) => void
}

/** Rotations and flushes of one supervisor, one at a time per log. Different logs are independent. */
export class LogRotator {
  readonly #folder: string
  readonly #onError: LogRotatorOptions['onError']
  /** Devices whose file systems cannot cut off the beginning of a file. */
  readonly #withoutCollapse = new Set<number>()
  readonly #running = new Map<string, Promise<void>>()
  /** Number of rotations and flushes begun, by log. */
  readonly #started = new Map<string, number>()

  constructor({ folder, onError }: LogRotatorOptions) {
    this.#folder = folder
    this.#onError = onError
  }

  /** Rotates a log of `size` bytes until it is within its limit. Never rejects. */
  async check(log: string, size: number, limits: RotationLimits): Promise<void> {
    if (size <= limits.maxLogSize) return
    await this.#run(log, async () => {
      while (await rotateIfNeeded(log, limits, this.#withoutCollapse)) {}
    })
  }

  /** Flushes a log after any rotation under way. Resolves to the number of bytes removed. */
  async flush(log: string): Promise<number> {
    while (this.#running.has(log)) await this.#running.get(log)
    let bytes = 0
    refuseLink(log, this.#folder)
    const flushed = flushLog(log).then((count) => {
      bytes = count
    })
    this.#begin(
      log,
      flushed.catch(() => {}).finally(() => this.#running.delete(log)),
    )
    await flushed
    return bytes
  }

  /** Finishes a rotation or flush of a killed supervisor. Never rejects. */
  recover(log: string): Promise<void> {
    return this.#run(log, () => recoverRotation(log))
  }

  /**
   * Number of rotations and flushes of a log; undefined during one. Equal numbers mean that the log has not moved in
   * between.
   */
  movesOf(log: string): number | undefined {
    return this.#running.has(log) ? undefined : (this.#started.get(log) ?? 0)
  }

  /** Resolves when nothing is being rotated. To be awaited before another supervisor takes over the logs. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #run(log: string, task: () => Promise<void>): Promise<void> {
    const running = this.#running.get(log)
    if (running) return running
    const started = Promise.resolve()
      .then(() => refuseLink(log, this.#folder))
      .then(task)
      .catch((error) => this.#onError?.(log, error))
      .finally(() => this.#running.delete(log))
    this.#begin(log, started)
    return started
  }

  #begin(log: string, work: Promise<void>): void {
    this.#running.set(log, work)
    this.#started.set(log, (this.#started.get(log) ?? 0) + 1)
  }
}
