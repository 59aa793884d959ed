import { recoverRotation } from './cut.ts'
import { flushLog } from './flush.ts'
import { refuseLink } from './links.ts'
import { type RotationLimits, rotateIfNeeded } from './rotate.ts'

export interface LogRotatorOptions {
  /** In which no config has placed a log: what is a symbolic link there is left alone. */
  folder: string
  /** A log could not be rotated (no space, no permission); it goes on growing until a later try. */
  onError?: (log: string, error: unknown) => void
}

/** The rotations of one supervisor: one at a time per log, however often it is asked. Logs are independent of each other. */
export class LogRotator {
  readonly #folder: string
  readonly #onError: LogRotatorOptions['onError']
  /** Devices whose file systems cannot cut off a file's beginning. */
  readonly #refusing = new Set<number>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #begun = new Map<string, number>()

  constructor({ folder, onError }: LogRotatorOptions) {
    this.#folder = folder
    this.#onError = onError
  }

  /** A log has `size` bytes: rotates it if that is too many, until it is not. Never rejects. */
  async check(log: string, size: number, limits: RotationLimits): Promise<void> {
    if (size <= limits.maxLogSize) return
    await this.#run(log, async () => {
      while (await rotateIfNeeded(log, limits, this.#refusing)) {}
    })
  }

  /** Empties a log, its archives included, when no rotation of it is under way. Resolves with how many bytes there were. */
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

  /** Ends a rotation that an earlier supervisor was killed in. Never rejects. */
  recover(log: string): Promise<void> {
    return this.#run(log, () => recoverRotation(log))
  }

  /** How often a log has been moved; `undefined` while it is. Equal answers: nothing has moved it in between. */
  movesOf(log: string): number | undefined {
    return this.#running.has(log) ? undefined : (this.#begun.get(log) ?? 0)
  }

  /** Resolves when nothing is being rotated: before the logs are left to another supervisor. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #run(log: string, act: () => Promise<void>): Promise<void> {
    const running = this.#running.get(log)
    if (running) return running
    const started = Promise.resolve()
      .then(() => refuseLink(log, this.#folder))
      .then(act)
      .catch((error) => this.#onError?.(log, error))
      .finally(() => this.#running.delete(log))
    this.#begin(log, started)
    return started
  }

  #begin(log: string, work: Promise<void>): void {
    this.#running.set(log, work)
    this.#begun.set(log, (this.#begun.get(log) ?? 0) + 1)
  }
}
