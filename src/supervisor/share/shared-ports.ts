import { lstatSync, mkdirSync } from 'node:fs'
import type { ResolvedProcess } from '../../model/config/config.ts'
import { baseOf } from '../../model/config/instances.ts'
import { FORWARDER_HOST, isForwarder } from '../../model/config/share.ts'
import { ProcessManagerError } from '../../model/errors.ts'
import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { reasonOf } from '../../model/text/system-error.ts'
import { backendsOf, type ForwarderStatus, type SharedTable } from '../../model/views/share.ts'
import { type ForwarderLauncher, forwarderLauncher } from '../../proxy/launcher.ts'
import { pathsOf } from '../../storage/paths.ts'
import { withRoom } from '../../storage/room.ts'
import type { Clock } from '../../system/clock.ts'
import { removeFile, removeHalfWritten, writeAtomicSync } from '../../system/fs/files.ts'
import { jsonIn } from '../../system/fs/plain-file.ts'
import type { EventBus } from '../event-bus.ts'
import type { Home } from '../lifetime/home.ts'
import type { ReadonlyProcessTable } from '../process-table.ts'

/** ms between looks at the connections that an instance still has. */
const LOOK_EVERY = 20

export interface SharedPortsOptions {
  tuixDir: string
  home: Pick<Home, 'isHere'>
  clock: Clock
  processes: Pick<ReadonlyProcessTable, 'snapshot'>
  events: Pick<EventBus, 'warn'>
  /** As in `ServeOptions`. */
  relauncher?: { program: string; args: string[] } | undefined
}

/**
 * Tells each forwarder of a shared port its instances, by a file. A forwarder is a process like any other, and goes on with what the
 * file says when there is no supervisor.
 */
export class SharedPorts {
  readonly #options: SharedPortsOptions
  readonly #folder: string
  /** Last table of each declared name. */
  readonly #tables = new Map<string, SharedTable>()
  #hasWarned = false

  constructor(options: SharedPortsOptions) {
    this.#options = options
    this.#folder = pathsOf(options.tuixDir).share
  }

  /** Writes what has changed. */
  update(): void {
    const processes = this.#options.processes.snapshot()
    for (const { config } of processes) if (isForwarder(config)) this.#write(baseOf(config), processes)
  }

  /** What to spawn for a forwarder. Its folder is where it finds its file, even after a rename. */
  invocation(config: ResolvedProcess): ForwarderLauncher & { cwd: string } {
    const port = config.share?.port ?? 0
    const words = [baseOf(config), String(port), config.env.HOST ?? FORWARDER_HOST]
    const launcher = forwarderLauncher(words, this.#options.relauncher ?? null)
    if (!launcher)
      throw new ProcessManagerError(
        'config',
        `port ${port} cannot be shared by a supervisor inside an app of a single file`,
      )
    this.#makeFolder()
    return { ...launcher, cwd: this.#folder }
  }

  /**
   * Waits until an instance that gets no new connections has none any more, for `timeout` ms at most. `ended` resolves when it has
   * died meanwhile.
   */
  async drain({ config }: ManagedProcess, timeout: number, ended: Promise<void>): Promise<void> {
    const { clock } = this.#options
    const base = baseOf(config)
    this.update()
    const begun = clock.monotonic()
    let isOver = false
    void ended.then(() => (isOver = true))
    while (!isOver && clock.monotonic() - begun < timeout) {
      const leader = this.#forwarder(base)
      // What went through a forwarder that is dead has ended.
      if (!leader) return
      const status = this.#status(base)
      const isTold = status?.pid === leader.pid && status.version >= (this.#tables.get(base)?.version ?? 0)
      if (isTold && !status.connections[config.name]) return
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY, resolve))
    }
  }

  /** The connections of each instance, about a second ago at most; nothing for what is no forwarder. */
  connections({ config, phase }: ManagedProcess): Record<string, number> {
    const status = isForwarder(config) ? this.#status(baseOf(config)) : undefined
    if (!status || status.pid !== leaderOf(phase)?.pid) return {}
    const { connections, waiting } = status
    const of = Object.entries(connections).map(([name, count]) => [`connections of ${name}`, count])
    return Object.fromEntries(waiting > 0 ? [...of, ['waiting connections', waiting]] : of)
  }

  /** Forgets the forwarder of a declared name. */
  remove(base: string): void {
    this.#tables.delete(base)
    if (!this.#options.home.isHere()) return
    for (const file of [this.#file(base), this.#statusFile(base)]) removeFile(file)
  }

  #forwarder(base: string) {
    const found = this.#options.processes
      .snapshot()
      .find(({ config }) => isForwarder(config) && baseOf(config) === base)
    return found ? leaderOf(found.phase) : null
  }

  #write(base: string, processes: readonly ManagedProcess[]): void {
    const { tuixDir, clock, home, events } = this.#options
    const backends = backendsOf(base, processes)
    const before = this.#tables.get(base)
    if (before && JSON.stringify(before.backends) === JSON.stringify(backends)) return
    // Also greater than the number of an earlier supervisor.
    const table: SharedTable = { version: Math.max(clock.now(), (before?.version ?? 0) + 1), backends }
    if (!home.isHere()) return
    try {
      this.#makeFolder()
      withRoom(tuixDir, () => writeAtomicSync(this.#file(base), JSON.stringify(table), false))
      this.#tables.set(base, table)
    } catch (error) {
      if (!this.#hasWarned) events.warn(`the forwarder of ${base} cannot be told its instances: ${reasonOf(error)}`)
      this.#hasWarned = true
    }
  }

  /** Never its parent, which somebody may have deleted, and nothing where a link leads. */
  #makeFolder(): void {
    const found = lstatSync(this.#folder, { throwIfNoEntry: false })
    if (!found) mkdirSync(this.#folder, { mode: 0o700 })
    else if (!found.isDirectory()) throw new Error(`${this.#folder} is not a folder`)
    else if (this.#tables.size === 0) removeHalfWritten(this.#folder)
  }

  #status(base: string): ForwarderStatus | undefined {
    const found = jsonIn(this.#statusFile(base)) as ForwarderStatus | undefined
    return typeof found?.connections === 'object' ? found : undefined
  }

  #file(base: string): string {
    return `${this.#folder}/${base}.json`
  }

  #statusFile(base: string): string {
    return `${this.#folder}/${base}.status.json`
  }
}
