import type { ContextLine } from './logs/context.ts'
import type { LogsAfter } from './logs/cursor.ts'
import type { LogQuery } from './logs/query.ts'
import type { LogSource, ProcessLog } from './model/logs.ts'
import { sourceOf } from './model/paths.ts'
import type { ManagedProcess } from './model/process.ts'

/** Which lines a follower gets: everything of a query but an end. */
export type FollowOptions = Omit<LogQuery, 'until'>

export interface ProcessLogsOptions {
  tuixDir: string
  /** The processes as they were written down last. */
  saved(): ManagedProcess[]
  /** A process as its supervisor knows it; rejects with `unknown-process`. */
  find(name: string): Promise<Pick<ManagedProcess, 'config'>>
  warn(message: string): void
}

/** The logs of one folder's processes, read from their files: no supervisor is asked for a line. */
export class ProcessLogs {
  readonly #options: ProcessLogsOptions

  constructor(options: ProcessLogsOptions) {
    this.#options = options
  }

  async read(names: string | string[], query: LogQuery): Promise<ProcessLog[]> {
    const { readLogs } = await import('./logs/read.ts')
    return readLogs(await this.#sources(names), query)
  }

  async readAfter(names: string | string[], cursor: string, query: LogQuery): Promise<LogsAfter> {
    const { readAfter } = await import('./logs/cursor.ts')
    return readAfter(await this.#sources(names), cursor, query, Date.now())
  }

  async readAround(names: string | string[], query: LogQuery, around: number): Promise<ContextLine[][]> {
    const { readAround } = await import('./logs/context.ts')
    return readAround(await this.#sources(names), this.sources(), query, around)
  }

  follow(
    which: string | string[] | LogSource,
    callback: (log: ProcessLog) => void,
    options: FollowOptions,
  ): () => void {
    const { warn } = this.#options
    let end: (() => void) | undefined
    let ended = false
    const isSource = typeof which === 'object' && !Array.isArray(which)
    const wanted = isSource ? [which] : this.#sources(which)
    void Promise.all([import('./logs/follow.ts'), wanted]).then(
      ([{ followLogs }, sources]) => {
        if (ended) return
        const following = followLogs(sources, options, callback, { onError: (error) => warn(`logs: ${error}`) })
        end = () => following.dispose()
      },
      (error: Error) => warn(`logs of ${isSource ? which.name : which} cannot be followed: ${error.message}`),
    )
    return () => {
      ended = true
      end?.()
    }
  }

  async *iterate(names: string | string[], options: FollowOptions, signal: AbortSignal): AsyncGenerator<ProcessLog> {
    const { followLogsIterator } = await import('./logs/follow.ts')
    yield* followLogsIterator(await this.#sources(names), options, signal)
  }

  /** Of all processes that there are now. */
  sources(): LogSource[] {
    return this.#placed(this.#options.saved())
  }

  /** However many names: the state is read once. */
  async #sources(names: string | string[]): Promise<LogSource[]> {
    const processes = this.#options.saved()
    const sources = await Promise.all([...new Set([names].flat())].map((name) => this.#named(name, processes)))
    return [...new Map(sources.flat().map((source) => [source.name, source])).values()]
  }

  /** A process, or the instances of a declared name. One that was declared a moment ago may not be on the disk yet. */
  async #named(name: string, saved: ManagedProcess[]): Promise<LogSource[]> {
    const named = saved.filter(({ config }) => config.name === name)
    const meant = named.length > 0 ? named : saved.filter(({ config }) => config.instanceOf === name)
    return this.#placed(meant.length > 0 ? meant : [await this.#options.find(name)])
  }

  #placed(processes: Pick<ManagedProcess, 'config'>[]): LogSource[] {
    return processes.map((process) => sourceOf(this.#options.tuixDir, process))
  }
}
