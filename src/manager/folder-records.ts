import type { ContextLine } from '../logs/reading/context.ts'
import type { LogsAfter } from '../logs/reading/cursor.ts'
import type { Followed } from '../logs/reading/follower.ts'
import type { LogQuery } from '../logs/reading/query.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { LogSource, ProcessLog } from '../model/views/logs.ts'
import type { HistoryQuery } from '../storage/history.ts'
import { pathsOf, sourceOf } from '../storage/paths.ts'
import type { Followable, FollowOptions, Records, Which } from './records.ts'

export interface FolderRecordsOptions {
  tuixDir: string
  /** The processes as last saved. */
  saved(): Promise<ManagedProcess[]>
  /** A process from its supervisor. Rejects with `unknown-process`. */
  find(name: string): Promise<Pick<ManagedProcess, 'config'>>
  warn(message: string): void
}

/** The logs and events of one folder, read from its files without a supervisor. */
export class FolderRecords implements Records {
  readonly #options: FolderRecordsOptions

  constructor(options: FolderRecordsOptions) {
    this.#options = options
  }

  async read(names: string | string[], query: LogQuery): Promise<ProcessLog[]> {
    const { readLogs } = await import('../logs/reading/read.ts')
    return readLogs(await this.#sources(names), query)
  }

  async readAfter(names: string | string[], cursor: string, query: LogQuery): Promise<LogsAfter> {
    const { readAfter } = await import('../logs/reading/cursor.ts')
    return readAfter(await this.#sources(names), cursor, query, Date.now())
  }

  async readAround(names: string | string[], query: LogQuery, around: number): Promise<ContextLine[][]> {
    const { readAround } = await import('../logs/reading/context.ts')
    return readAround(await this.#sources(names), await this.sources(), query, around)
  }

  follow(which: Which, callback: (log: ProcessLog) => void, options: FollowOptions): () => void {
    const { warn } = this.#options
    let end = () => {}
    let ended = false
    // What is printed while this loads is new for who asks now.
    const begun = Date.now()
    void import('../logs/reading/follow.ts').then(({ followLogs }) => {
      if (ended) return
      const onError = (error: unknown) => warn(`logs cannot be followed: ${reasonOf(error)}`)
      end = followLogs(this.#followed(which), options, callback, { begun, onError }).dispose
    })
    return () => {
      ended = true
      end()
    }
  }

  async *iterate(which: Which, options: FollowOptions, signal: AbortSignal): AsyncGenerator<ProcessLog> {
    const { followLogsIterator } = await import('../logs/reading/follow.ts')
    yield* followLogsIterator(this.#followed(which), options, signal)
  }

  async history(query: HistoryQuery): Promise<ProcessEvent[]> {
    const { readHistory } = await import('../storage/history.ts')
    return readHistory(this.#events, query)
  }

  async *followHistory(
    query: HistoryQuery,
    signal: AbortSignal,
    isMeant?: (name: string) => Promise<boolean>,
  ): AsyncGenerator<ProcessEvent, void, undefined> {
    const { followHistory } = await import('../storage/history.ts')
    yield* followHistory(this.#events, query, signal, isMeant)
  }

  get #events(): string {
    return pathsOf(this.#options.tuixDir).events
  }

  #followed(which: Which): Followed {
    const { tuixDir, saved, find } = this.#options
    const isMeant = typeof which === 'function' ? which : meantBy([which].flat())
    return {
      eventsFile: this.#events,
      sources: async () =>
        typeof which === 'function'
          ? this.#placed((await saved()).filter(({ config }) => which(followable(config))))
          : this.#sources(which),
      find: async (name) => {
        const process = (await saved()).find(({ config }) => config.name === name) ?? (await find(name))
        return isMeant(followable(process.config)) ? sourceOf(tuixDir, process) : null
      },
    }
  }

  /** Those of all current processes. */
  async sources(): Promise<LogSource[]> {
    return this.#placed(await this.#options.saved())
  }

  /** Reads the state once for all names. */
  async #sources(names: string | string[]): Promise<LogSource[]> {
    const processes = await this.#options.saved()
    const sources = await Promise.all([...new Set([names].flat())].map((name) => this.#named(name, processes)))
    return [...new Map(sources.flat().map((source) => [source.name, source])).values()]
  }

  /** A process, or the instances of a declared name. A process that was declared a moment ago may not be saved yet. */
  async #named(name: string, saved: ManagedProcess[]): Promise<LogSource[]> {
    const named = saved.filter(({ config }) => config.name === name)
    const meant = named.length > 0 ? named : saved.filter(({ config }) => config.instanceOf === name)
    return this.#placed(meant.length > 0 ? meant : [await this.#options.find(name)])
  }

  #placed(processes: Pick<ManagedProcess, 'config'>[]): LogSource[] {
    return processes.map((process) => sourceOf(this.#options.tuixDir, process))
  }
}

export function meantBy(names: string[]): (process: Followable) => boolean {
  return ({ name, instanceOf }) => names.includes(name) || (instanceOf !== null && names.includes(instanceOf))
}

function followable({ name, instanceOf, group }: ManagedProcess['config']): Followable {
  return { name, instanceOf, group: group ?? null }
}
