import { readState } from './client/discover.ts'
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
    return readAround(await this.#sources(names), this.#all(), query, around)
  }

  follow(names: string | string[], callback: (log: ProcessLog) => void, options: FollowOptions): () => void {
    const { warn } = this.#options
    let end: (() => void) | undefined
    let ended = false
    void Promise.all([import('./logs/follow.ts'), this.#sources(names)]).then(
      ([{ followLogs }, sources]) => {
        if (ended) return
        const following = followLogs(sources, options, callback, { onError: (error) => warn(`logs: ${error}`) })
        end = () => following.dispose()
      },
      (error: Error) => warn(`logs of ${names} cannot be followed: ${error.message}`),
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

  /** Names of the processes that there are now. */
  names(): string[] {
    return this.#all().map(({ name }) => name)
  }

  #all(): LogSource[] {
    const { tuixDir } = this.#options
    return readState(tuixDir).map((process) => sourceOf(tuixDir, process))
  }

  async #sources(names: string | string[]): Promise<LogSource[]> {
    const sources = await Promise.all([...new Set([names].flat())].map((name) => this.#named(name)))
    return [...new Map(sources.flat().map((source) => [source.name, source])).values()]
  }

  /** A process, or the instances of a declared name. One that was declared a moment ago may not be on the disk yet. */
  async #named(name: string): Promise<LogSource[]> {
    const saved = this.#saved(name)
    if (saved.length > 0) return saved
    return [sourceOf(this.#options.tuixDir, await this.#options.find(name))]
  }

  #saved(name: string): LogSource[] {
    const { tuixDir } = this.#options
    const processes = readState(tuixDir)
    const named = processes.filter(({ config }) => config.name === name)
    const meant = named.length > 0 ? named : processes.filter(({ config }) => config.instanceOf === name)
    return meant.map((process) => sourceOf(tuixDir, process))
  }
}
