import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import type { Entry } from './entry.ts'
import { ForwardReader } from './forward.ts'
import type { LogQuery } from './query.ts'
import { childFiles, readBetween } from './read.ts'

/** Events by which a process may be noticed that was not there before. */
const APPEARANCES: ReadonlySet<Entry['event']> = new Set(['start', 'ready', 'crash', 'error', 'adopt'] as const)

/** ms by which the time of a file may be earlier than that of its last write. */
const CLOCK_STEP = 10

/** Lines that are read in one go. */
const MOST_LINES = 1000

/** Whose logs are followed. */
export interface Followed {
  /** The supervisor's `events.jsonl`. */
  eventsFile: string
  /** Those of the present processes. */
  sources(): Promise<LogSource[]>
  /** That of a process that has appeared; null if it is not to be followed. Rejects if the process is not known. */
  find(name: string): Promise<LogSource | null>
}

export interface FollowOptions {
  /** Keep the app alive while following. Default false. */
  ref?: boolean
  /** Epoch ms at which somebody asked. What was written since then is new, too. Default: now. */
  begun?: number
  /** A file could not be read; following goes on. Without this callback the error is thrown as an uncaught one. */
  onError?: (error: unknown) => void
}

/**
 * Follows the logs of some processes: it reads forward whenever files have grown. Events tell which processes have appeared, and
 * which were removed.
 */
export class Follower {
  readonly #followed: Followed
  readonly #query: LogQuery
  readonly #onLog: (log: ProcessLog) => void
  readonly #options: FollowOptions
  readonly #signal: AbortSignal
  readonly #reader: ForwardReader
  /** By name. */
  readonly #sources = new Map<string, LogSource>()
  /** Names of present processes that are not followed. */
  readonly #others = new Set<string>()
  /** Names of processes that were removed, whose last lines are still to be read. */
  readonly #removed = new Set<string>()
  /** Epoch ms. Of a process that appears, everything since then is new. */
  readonly #begun: number

  constructor(
    followed: Followed,
    query: LogQuery,
    onLog: (log: ProcessLog) => void,
    { signal, ...options }: FollowOptions & { signal: AbortSignal },
  ) {
    this.#followed = followed
    this.#query = query
    this.#onLog = onLog
    this.#options = options
    this.#signal = signal
    this.#begun = (options.begun ?? Date.now()) - CLOCK_STEP
    // What is new is new also if the time of day was set back meanwhile. Earlier lines are read by the whole query.
    this.#reader = new ForwardReader({ ...query, since: Number.NEGATIVE_INFINITY }, 'end', {
      eventsFile: followed.eventsFile,
      ref: options.ref ?? false,
      onEvent: (event) => this.#heard(event),
      onError: (error) => this.#report(error),
    })
  }

  /** Resolves when the signal aborts. `ready` is called when the earlier lines have been passed on and new ones are awaited. */
  async run(ready: () => void): Promise<void> {
    await this.#emitEarlier().catch((error) => this.#report(error))
    for (let isWatching = false; !this.#signal.aborted; ) {
      if (await this.#emitNew()) continue
      if (isWatching) ready()
      // The first time, this only begins to watch.
      await this.#reader.grown(this.#signal)
      isWatching = true
    }
    await this.#reader.close()
  }

  /** Emits the earlier lines that the query asks for. They end exactly where the reader continues. */
  async #emitEarlier(): Promise<void> {
    // Before the processes are read, so that the event of one that appears meanwhile is still to come.
    const ends = await this.#reader.setSources([])
    for (const source of await this.#followed.sources()) this.#sources.set(source.name, source)
    for (const [path, end] of await this.#setSources()) ends.set(path, end)
    this.#emit(await this.#earlier(ends))
  }

  /** What was asked for, and what was written since somebody asked. */
  async #earlier(ends: ReadonlyMap<string, number>): Promise<ProcessLog[]> {
    const { lines, since, ...query } = this.#query
    const { begun } = this.#options
    const sources = [...this.#sources.values()]
    const isNew = { ...query, since: Math.max(begun ?? 0, Number(since ?? 0)) }
    const fresh = begun === undefined ? [] : await readBetween(sources, isNew, { ends })
    if (!lines && since === undefined) return fresh
    const most = lines === undefined ? undefined : Math.max(lines, fresh.length)
    return readBetween(sources, { ...this.#query, ...(most !== undefined && { lines: most }) }, { ends })
  }

  /** Resolves to true if there may be more. */
  async #emitNew(): Promise<boolean> {
    const { logs, more } = await this.#reader.next(MOST_LINES)
    this.#emit(logs)
    if (more || this.#removed.size === 0) return more
    for (const name of this.#removed) this.#sources.delete(name)
    this.#removed.clear()
    await this.#setSources()
    return true
  }

  /** Resolves to what a process that appears with this event has written so far. */
  async #heard({ log: { name }, event, time }: Entry): Promise<ProcessLog[]> {
    if (event === 'remove') {
      this.#others.delete(name)
      if (this.#sources.has(name)) this.#removed.add(name)
    }
    const isKnown = this.#others.has(name) || (this.#sources.has(name) && !this.#removed.has(name))
    if (isKnown || !APPEARANCES.has(event)) return []
    const source = await this.#followed.find(name).catch(() => undefined)
    if (source === null) this.#others.add(name)
    if (!source) return []
    this.#removed.delete(name)
    this.#sources.set(name, source)
    const ends = await this.#setSources()
    const { lines: _, ...query } = this.#query
    // `time` is before `begun` where the clock was set back.
    const since = Math.max(Math.min(this.#begun, time), Number(query.since ?? 0))
    const files = childFiles(source).filter(({ path }) => ends.has(path))
    const streams = files.map(({ stream }) => stream)
    return await readBetween([source], { ...query, since, streams }, { ends }).catch(
      (error) => this.#report(error) ?? [],
    )
  }

  #setSources(): Promise<Map<string, number>> {
    return this.#reader.setSources([...this.#sources.values()])
  }

  #emit(logs: ProcessLog[]): void {
    for (const log of logs) {
      if (this.#signal.aborted) return
      try {
        this.#onLog(log)
      } catch (error) {
        throwLater(error)
      }
    }
  }

  #report(error: unknown): undefined {
    if (this.#options.onError) this.#options.onError(error)
    else throwLater(error)
  }
}

/** Throws as an uncaught error, since a callback that throws must not end the follower. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
