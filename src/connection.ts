import { Client } from './client/client.ts'
import { readInfo } from './client/discover.ts'
import type { EnsureOptions } from './client/ensure.ts'
import type { Embedded } from './embedded.ts'
import type { Control } from './model/control.ts'
import { ProcessManagerError } from './model/errors.ts'
import type { ProcessEvent } from './model/events.ts'
import type { ManagerOptions } from './options.ts'
import { VERSION } from './version.ts'

/** ms that the holder of the lock is given until it listens. */
const PATIENCE = 20_000
/** ms in which another may take the place of a supervisor that has gone, a newer version's daemon above all. */
const GRACE = 1000
/** ms between a stream of events that has ended and the next. */
const RETRY_AFTER = 100

export interface ConnectionOptions {
  tuixDir: string
  mode: NonNullable<ManagerOptions['supervisor']>
  /** See `ManagerOptions`. */
  supervisorCommand?: readonly string[] | undefined
  warn(message: string): void
  /** In the foreground: this process is not the supervisor any more. */
  released(): void
}

/** One way to the supervisor of a folder, whoever that is at the moment: found, launched, or this very process. */
export class Connection {
  readonly #tuixDir: string
  readonly #mode: NonNullable<ManagerOptions['supervisor']>
  readonly #supervisorCommand: readonly string[] | undefined
  readonly #warn: (message: string) => void
  readonly #released: () => void
  #embedded: Embedded | null = null
  #control: Promise<Control> | null = null
  /** Another process was the supervisor before. */
  #wasConnected = false
  /** In the foreground: it was the supervisor, and is not any more. */
  #isOver = false

  constructor({ tuixDir, mode, supervisorCommand, warn, released }: ConnectionOptions) {
    this.#tuixDir = tuixDir
    this.#mode = mode
    this.#supervisorCommand = supervisorCommand
    this.#warn = warn
    this.#released = released
  }

  /** The supervisor runs in this process. */
  get embedded(): boolean {
    return this.#embedded !== null
  }

  /**
   * Finds the supervisor, launches it or becomes it.
   *
   * @param careful make sure that somebody answers. A command rather goes ahead and asks, which tells the same and spares
   * a connection; an app may have nothing to ask for a long time.
   */
  reach(careful = this.#mode === 'embedded'): Promise<Control> {
    this.#control ??= this.#connect(careful).catch((error) => {
      this.#control = null
      throw error
    })
    return this.#control
  }

  /** One request. A supervisor that has gone since is replaced, once. */
  async ask<Result>(request: (control: Control) => Promise<Result>): Promise<Result> {
    const asked = this.reach()
    try {
      return await request(await asked)
    } catch (error) {
      if (this.#embedded || error instanceof ProcessManagerError) throw error
      // Of several requests that fail together the first looks for another supervisor, the others share it.
      if (this.#control === asked) this.#control = null
      return request(await this.reach(true))
    }
  }

  /** Everything that happens from now on, until `signal` aborts; of the next supervisor, when one goes. */
  async *events(signal: AbortSignal, listening?: () => void): AsyncGenerator<ProcessEvent, void, undefined> {
    while (!signal.aborted) {
      const asked = this.reach(true)
      try {
        yield* (await asked).events(signal, listening)
      } catch (error) {
        if (error instanceof ProcessManagerError) throw error
      }
      if (this.#control === asked) this.#control = null
      if (!signal.aborted) await pause(RETRY_AFTER)
    }
  }

  /** Lets go; an embedded supervisor leaves its processes to the next one. */
  async close(): Promise<void> {
    const embedded = this.#embedded
    this.#embedded = null
    this.#control = null
    await embedded?.close()
  }

  async #connect(careful: boolean): Promise<Control> {
    if (this.#mode === 'foreground') return await this.#occupy()
    const info = readInfo(this.#tuixDir)
    if (!careful && info?.version === VERSION) return new Client(info.socket)
    const { ensureSupervisor } = await import('./client/ensure.ts')
    const { daemonLauncher } = await import('./launcher.ts')
    const options: EnsureOptions = {
      tuixDir: this.#tuixDir,
      version: VERSION,
      launcher: daemonLauncher(this.#supervisorCommand),
      warn: this.#warn,
    }
    if (this.#mode === 'daemon') return ensureSupervisor(options)
    const { findSupervisor } = await import('./client/find.ts')
    const { embed } = await import('./embedded.ts')
    const lost = () => {
      this.#embedded = null
      this.#control = null
    }
    const begun = Date.now()
    const isWithin = (ms: number) => Date.now() - begun < ms
    while (!(await findSupervisor(this.#tuixDir)) && isWithin(PATIENCE)) {
      if (!this.#wasConnected || !isWithin(GRACE)) {
        this.#embedded = await embed(this.#tuixDir, { mode: 'embedded', launcher: options.launcher, lost })
        if (this.#embedded) return this.#embedded.control
      }
      // Somebody holds the lock and is about to listen.
      await pause(10)
    }
    this.#wasConnected = true
    return ensureSupervisor(options)
  }

  /** Once: whoever was asked to let go does not push the next one aside. */
  async #occupy(): Promise<Control> {
    if (this.#isOver) throw new ProcessManagerError('unreachable', 'this process is not the supervisor any more')
    const { occupyFolder } = await import('./foreground.ts')
    this.#embedded = await occupyFolder(this.#tuixDir, () => {
      this.#isOver = true
      this.#embedded = null
      this.#control = null
      this.#released()
    })
    return this.#embedded.control
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
