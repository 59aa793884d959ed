import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogSource } from '../../model/views/logs.ts'
import { FileGrowthWatcher, type Shared } from './growth-watcher.ts'
import { IndexFile } from './index-file.ts'
import { RateLimiter } from './rate-limiter.ts'
import { SharedTimer } from './shared-timer.ts'
import { type MovesOf, StreamState } from './stream-state.ts'
import type { ChildStream, TimestampEntry } from './timestamp.ts'
import type { WatchFile } from './watch-file.ts'

/**
 * Immediate checks per second over all processes. Further ones wait for the timer, so that a hundred talkative
 * processes stay cheap.
 */
const TIMES_RATE = 100
const ORDER_RATE = 300
/** Immediate checks in a row. */
const SHARED_BURST = 300
/** Time in ms between checks of a file that is written all the time while the process's other file is quiet. */
const HOT_FILE_INTERVAL = 200

export interface LogIndexerOptions {
  /** Epoch ms. */
  now?: () => number
  /** A stream's file has grown to `size` bytes, so a rotation may be due. */
  onSize?: (name: string, stream: ChildStream, size: number) => void
  /**
   * Entries could not be written: lines stay, but their times are lost. Called once per process until writing works
   * again.
   */
  onError?: (name: string, error: unknown) => void
  /** Without it, every check reads the rotation record. */
  movesOf?: MovesOf
  watchFile?: WatchFile
}

interface Watched {
  source: LogSource
  index: IndexFile
  streams: StreamState[]
  watcher: FileGrowthWatcher
  failed: boolean
}

/**
 * Records when the files of each watched process grow, which gives their lines times and an order. There is one per
 * supervisor. It reads no log byte, does not keep the app alive, and continues the index of an earlier supervisor.
 */
export class LogIndexer {
  readonly #options: LogIndexerOptions
  readonly #now: () => number
  readonly #shared: Shared = {
    times: new RateLimiter(TIMES_RATE, SHARED_BURST),
    order: new RateLimiter(ORDER_RATE, SHARED_BURST),
    timer: new SharedTimer(),
  }
  readonly #watched = new Map<string, Watched>()

  constructor(options: LogIndexerOptions = {}) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /**
   * Watches a process; to be called before its spawn. Growth since the last entry is recorded immediately, with the
   * files' own times. Watching a process again takes over changed paths. Throws if the index cannot be opened.
   *
   * @param begunAt start of the run that wrote this growth, epoch ms
   */
  watch(source: LogSource, begunAt = 0): void {
    this.unwatch(source.name)
    const folder = dirname(source.indexFile)
    // Not its parents: a project that was deleted or renamed is not made again.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
    const index = new IndexFile(source.indexFile)
    const last = index.last()
    const { watchFile, movesOf = () => undefined } = this.#options
    const streams = [new StreamState('stdout', source.logFile, last.get('stdout'), begunAt, movesOf)]
    if (source.errorFile !== source.logFile) {
      streams.push(new StreamState('stderr', source.errorFile, last.get('stderr'), begunAt, movesOf))
    }
    const watcher = new FileGrowthWatcher(
      streams.map(({ path }) => path),
      (paths) => this.#check(source.name, paths),
      { shared: this.#shared, hotFileInterval: HOT_FILE_INTERVAL, ...(watchFile && { watchFile }) },
    )
    this.#watched.set(source.name, { source, index, streams, watcher, failed: false })
    this.record(source.name)
  }

  /** Records the last growth and stops watching. */
  unwatch(name: string): void {
    const watched = this.#watched.get(name)
    if (!watched) return
    this.record(name)
    watched.watcher.close()
    watched.index.close()
    this.#watched.delete(name)
  }

  /** Records a process's growth now, at moments that must not wait for a tick, such as its exit. */
  record(name: string): void {
    this.#check(name)
  }

  /**
   * @param paths files that may have grown; absent means all
   * @returns whether any has grown
   */
  #check(name: string, paths?: readonly string[]): boolean {
    const watched = this.#watched.get(name)
    if (!watched) return false
    const { streams, watcher, index } = watched
    const now = this.#now()
    const grown: StreamState[] = []
    // It may be called by a timer, where an error would end the program.
    try {
      const entries: TimestampEntry[] = []
      for (const stream of streams) {
        if (paths && !paths.includes(stream.path)) continue
        const found = stream.check(now)
        if (stream.moved) watcher.rearm()
        if (found.length > 0) grown.push(stream)
        entries.push(...found)
      }
      if (entries.length === 0) return false
      index.append(inOrder(entries, streams))
      watched.failed = false
    } catch (error) {
      if (!watched.failed) this.#options.onError?.(name, error)
      watched.failed = true
    }
    for (const stream of grown) this.#options.onSize?.(name, stream.name, stream.size)
    return true
  }

  /** Records every process's growth now. */
  flush(): void {
    for (const name of this.#watched.keys()) this.record(name)
  }

  close(): void {
    for (const name of [...this.#watched.keys()]) this.unwatch(name)
  }
}

/** If both streams grew between two checks, the files' own times decide which was first. */
function inOrder(entries: TimestampEntry[], streams: StreamState[]): TimestampEntry[] {
  if (entries.length === 1) return entries
  const modified = new Map(streams.map((stream) => [stream.name, stream.modified]))
  return entries.toSorted((a, b) => (modified.get(a.stream) ?? 0) - (modified.get(b.stream) ?? 0))
}
