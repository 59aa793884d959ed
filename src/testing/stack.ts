import { setTimeout as pause } from 'node:timers/promises'
import type { WaitOptions } from '../manager/wait.ts'
import { FORWARDER } from '../model/config/share.ts'
import { ProcessManagerError } from '../model/errors.ts'
import { seconds } from '../model/text/text.ts'
import type { Condition } from '../model/views/condition.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import type { ProcessState } from '../model/views/state.ts'
import type { Reason } from '../storage/why.ts'
import { monotonic } from '../system/monotonic.ts'
import type { StackManager } from './stack-manager.ts'
import { logText } from './text.ts'

/** Processes that were started for tests, with ports of their own. */
export interface Stack extends AsyncDisposable {
  /** Names of the processes that were started, those that others depend on too. An instance has a name of its own. */
  readonly names: readonly string[]
  /** Absolute path of the state folder, for `new ProcessManager({ tuixDir })`. */
  readonly tuixDir: string
  /** Where a process answers, such as `http://localhost:10123`; of instances that share a port, that one. Throws if it has none. */
  url(name: string): string
  /** The port of a process. Throws if it has none. */
  port(name: string): number
  /** Lines of stdout, stderr and events in time order, since the stack began; in the fixture of a test, since the test began. */
  logs(names?: string | readonly string[]): Promise<ProcessLog[]>
  /** The first such line that matches, which may be printed later. Rejects with the last lines if none comes in time. */
  expectLog(pattern: RegExp | string, options?: ExpectLogOptions): Promise<ProcessLog>
  /** Kills a process by SIGKILL, as if it had crashed. Resolves when its end was noticed; it is restarted as its config says. */
  kill(name: string): Promise<void>
  /** Stops a process, and starts it again. Resolves when it is ready. */
  restart(name: string): Promise<void>
  /** Resolves when a process meets a condition, by default `healthy`. */
  waitFor(name: string, condition?: Condition, options?: WaitOptions): Promise<ProcessState>
  /** The events that led to the present state of a process, last first. */
  why(name: string): Promise<Reason[]>
  /** Stops everything, and removes the folder. Rejects if anything is left. */
  stop(): Promise<void>
}

export interface ExpectLogOptions {
  /** Only lines of these processes. Default all. */
  from?: string | readonly string[]
  /** ms. Default 5000. */
  timeout?: number
}

/** Where a process of a stack is. */
export interface Place {
  name: string
  /** Declared name of which it is an instance, or the forwarder. */
  instanceOf: string | null
  url: string | null
  port: number | null
}

/** What a stack is made of. */
export interface StackParts {
  manager: StackManager
  places: readonly Place[]
  /** Stops the processes and removes the folder. */
  close(): Promise<void>
}

const DEFAULT_TIMEOUT = 5000
const LOOK_EVERY = 20
/** Lines in the error of a log that did not come. */
const LINES = 20

export class RunningStack implements Stack {
  readonly #parts: StackParts
  /** Where its logs begin. */
  readonly #since: string

  constructor(parts: StackParts, since = 'start') {
    this.#parts = parts
    this.#since = since
  }

  /** The same stack, whose logs begin now. */
  async fromNow(): Promise<RunningStack> {
    const { cursor } = await this.#parts.manager.logsAfter([...this.names], 'end')
    return new RunningStack(this.#parts, cursor)
  }

  get names(): readonly string[] {
    return this.#parts.places.map(({ name }) => name)
  }

  get tuixDir(): string {
    return this.#parts.manager.tuixDir
  }

  /** Of every process. */
  get places(): readonly Place[] {
    return this.#parts.places
  }

  url(name: string): string {
    return this.#place(name).url ?? `http://localhost:${this.port(name)}`
  }

  port(name: string): number {
    const { port } = this.#place(name)
    if (port !== null) return port
    throw new ProcessManagerError('usage', `${name} has no port: set its \`port\`, and let it listen on $PORT`)
  }

  async logs(names: string | readonly string[] = this.names): Promise<ProcessLog[]> {
    return (await this.#parts.manager.logsAfter([names].flat(), this.#since)).logs
  }

  async expectLog(
    pattern: RegExp | string,
    { from = this.names, timeout = DEFAULT_TIMEOUT }: ExpectLogOptions = {},
  ): Promise<ProcessLog> {
    const names = [from].flat()
    const deadline = monotonic() + timeout
    const seen: ProcessLog[] = []
    for (let cursor = this.#since; ; await pause(LOOK_EVERY)) {
      const isLast = monotonic() >= deadline
      const found = await this.#parts.manager.logsAfter(names, cursor)
      cursor = found.cursor
      const line = found.logs.find(({ message, source }) => source !== 'system' && matches(pattern, message))
      if (line) return line
      seen.push(...found.logs)
      if (isLast) throw notLogged(pattern, names, timeout, seen)
    }
  }

  async kill(name: string): Promise<void> {
    const { manager } = this.#parts
    const isMeant = (state: ProcessState) => state.name === name || state.instanceOf === name
    const before = new Map((await manager.list()).filter(isMeant).map((state) => [state.name, state.pid]))
    await manager.signal(name, 'SIGKILL')
    const isSame = (state: ProcessState) => state.pid !== null && state.pid === before.get(state.name)
    while ((await manager.list()).some(isSame)) await pause(LOOK_EVERY)
  }

  restart(name: string): Promise<void> {
    return this.#parts.manager.restart(name)
  }

  waitFor(name: string, condition?: Condition, options?: WaitOptions): Promise<ProcessState> {
    return this.#parts.manager.waitFor(name, condition, options)
  }

  why(name: string): Promise<Reason[]> {
    return this.#parts.manager.why(name)
  }

  stop(): Promise<void> {
    return this.#parts.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #place(name: string): Place {
    const { places } = this.#parts
    const isMeant = (each: Place) =>
      each.name === name || (each.instanceOf === name && each.name === `${name}-${FORWARDER}`)
    const place = places.find(isMeant)
    if (place) return place
    const instances = places.filter((each) => each.instanceOf === name).map((each) => each.name)
    const known =
      instances.length > 0 ? `it has instances: ${instances.join(', ')}` : `available: ${this.names.join(', ')}`
    throw new ProcessManagerError('unknown-process', `${name} is not in this stack; ${known}`)
  }
}

function matches(pattern: RegExp | string, message: string): boolean {
  return typeof pattern === 'string' ? message.includes(pattern) : message.search(pattern) >= 0
}

function notLogged(
  pattern: RegExp | string,
  names: readonly string[],
  timeout: number,
  seen: readonly ProcessLog[],
): ProcessManagerError {
  const shown = typeof pattern === 'string' ? JSON.stringify(pattern) : String(pattern)
  const last = seen.slice(-LINES)
  const lines = last.length === 0 ? 'nothing was logged' : `the last lines:\n${logText([...last], '  ')}`
  const message = `no line of ${names.join(', ')} matched ${shown} within ${seconds(timeout)}; ${lines}`
  return new ProcessManagerError('timeout', message)
}
