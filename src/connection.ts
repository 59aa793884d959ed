import { setTimeout as pause } from 'node:timers/promises'
import { Client } from './client/client.ts'
import { findSupervisor, readInfo } from './client/discover.ts'
import type { EnsureOptions } from './client/ensure.ts'
import type { Launcher } from './client/launch.ts'
import type { Embedded } from './embedded.ts'
import type { Control } from './model/control.ts'
import { ProcessManagerError } from './model/errors.ts'
import { VERSION } from './version.ts'

/** One way to the supervisor of a folder, whoever that is at the moment: found, launched, or this very process. */
export class Connection {
  readonly #tuixDir: string
  readonly #mode: 'embedded' | 'daemon'
  readonly #warn: (message: string) => void
  #embedded: Embedded | null = null
  #control: Promise<Control> | null = null

  constructor(tuixDir: string, mode: 'embedded' | 'daemon', warn: (message: string) => void) {
    this.#tuixDir = tuixDir
    this.#mode = mode
    this.#warn = warn
  }

  /** The supervisor runs in this process. */
  get embedded(): boolean {
    return this.#embedded !== null
  }

  /** Finds the supervisor, launches it or becomes it. */
  reach(): Promise<Control> {
    this.#control ??= this.#connect(false).catch((error) => {
      this.#control = null
      throw error
    })
    return this.#control
  }

  /** One request. A supervisor that has gone since is replaced, once. */
  async ask<Result>(request: (control: Control) => Promise<Result>): Promise<Result> {
    try {
      return await request(await this.reach())
    } catch (error) {
      if (this.#embedded || error instanceof ProcessManagerError) throw error
      this.#control = this.#connect(true)
      this.#control.catch(() => (this.#control = null))
      return request(await this.#control)
    }
  }

  /** Lets go; an embedded supervisor leaves its processes to the next one. */
  async close(): Promise<void> {
    const embedded = this.#embedded
    this.#embedded = null
    this.#control = null
    await embedded?.close()
  }

  /** @param careful make sure that somebody answers; otherwise the first request does, which saves a connection */
  async #connect(careful: boolean): Promise<Control> {
    const info = readInfo(this.#tuixDir)
    if (!careful && info?.version === VERSION) return new Client(info.socket)
    const { ensureSupervisor } = await import('./client/ensure.ts')
    const options: EnsureOptions = { tuixDir: this.#tuixDir, version: VERSION, launcher: launcher(), warn: this.#warn }
    if (this.#mode === 'daemon') return ensureSupervisor(options)
    const { embed } = await import('./embedded.ts')
    for (;;) {
      if (await findSupervisor(this.#tuixDir)) return ensureSupervisor(options)
      this.#embedded = await embed(this.#tuixDir, options.launcher)
      if (this.#embedded) return this.#embedded.control
      // Somebody holds the lock and is about to listen.
      await pause(10)
    }
  }
}

/** The daemon's program lies beside this file, in the sources and in the build. */
function launcher(): Launcher {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return { program: process.execPath, args: [new URL(`./main.${extension}`, import.meta.url).pathname] }
}
