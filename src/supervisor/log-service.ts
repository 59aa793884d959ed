import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { isForeignLink } from '../logs/files/links.ts'
import { lastLinesOfFailure } from '../logs/reading/tail.ts'
import { deleteLog } from '../logs/rotation/flush.ts'
import { LogRotator } from '../logs/rotation/rotator.ts'
import { LogIndexer } from '../logs/timestamps/index-writer.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { reasonOf } from '../model/text/system-error.ts'
import type { LogSource } from '../model/views/logs.ts'
import { pathsOf, sourceOf } from '../storage/paths.ts'
import type { Clock } from '../system/clock.ts'
import type { EventBus } from './event-bus.ts'
import type { Home } from './lifetime/home.ts'
import type { ReadonlyProcessTable } from './process-table.ts'

/** Bytes. */
const MB = 1_000_000

export interface LogServiceOptions {
  tuixDir: string
  home: Pick<Home, 'isHere'>
  clock: Clock
  processes: ReadonlyProcessTable
  events: EventBus
}

/** The log files of all processes: where they are, their timestamps, their rotation, and their end. */
export class LogService {
  /** The folder of the log files and of heap snapshots. */
  readonly folder: string
  readonly #tuixDir: string
  readonly #home: LogServiceOptions['home']
  readonly #processes: ReadonlyProcessTable
  readonly #events: EventBus
  readonly #rotator: LogRotator
  readonly #indexer: LogIndexer
  /** Cached, since finding out whose a log is asks every process for the sources of all others. */
  readonly #sources = new WeakMap<ManagedProcess['config'], LogSource>()

  constructor({ tuixDir, home, clock, processes, events }: LogServiceOptions) {
    this.#home = home
    this.folder = pathsOf(tuixDir).logs
    this.#tuixDir = tuixDir
    this.#processes = processes
    this.#events = events
    this.#rotator = new LogRotator({
      folder: this.folder,
      onError: (log, error) => events.warn(`${log} could not be rotated and goes on growing: ${reasonOf(error)}`),
    })
    this.#indexer = new LogIndexer({
      now: () => clock.now(),
      movesOf: (log) => this.#rotator.movesOf(log),
      onSize: (name, stream, size) => this.#rotate(name, stream, size),
      onError: (name, error) =>
        events.warn(`its log index cannot be written, lines are kept without times: ${reasonOf(error)}`, { name }),
    })
  }

  /** Creates the folder if it is missing, but not the state folder. */
  makeFolder(): void {
    if (!existsSync(this.folder)) mkdirSync(this.folder, { mode: 0o700 })
  }

  /** The log files of a process. */
  sourceOf(process: ManagedProcess): LogSource {
    const source = this.#sources.get(process.config) ?? sourceOf(this.#tuixDir, process)
    this.#sources.set(process.config, source)
    return source
  }

  /**
   * Records from now on when the logs of a process grow, which gives their lines times.
   *
   * @param begunAt start of the run that writes them, epoch ms
   */
  watch(process: ManagedProcess, begunAt?: number): void {
    const source = this.sourceOf(process)
    try {
      this.#indexer.watch(source, begunAt)
    } catch (error) {
      this.#events.warn(`its log lines are kept without times: ${reasonOf(error)}`, { name: source.name })
    }
  }

  unwatch({ config }: ManagedProcess): void {
    this.#indexer.unwatch(config.name)
  }

  /** The last lines that the current run wrote, and more from the error on that they belong to. */
  lastLinesOfFailure(process: ManagedProcess, count: number): Promise<string[]> {
    return lastLinesOfFailure(this.sourceOf(process), count, process.logStart)
  }

  /** Finishes the rotations in which an earlier supervisor was killed. */
  async recover(processes: ManagedProcess[]): Promise<void> {
    const logs = new Set(processes.flatMap((process) => this.#logsOf(process)))
    await Promise.all([...logs].map((log) => this.#rotator.recover(log)))
  }

  /** Empties the logs of a process and deletes their archives. Resolves to the number of bytes removed. */
  async flush(process: ManagedProcess): Promise<number> {
    const counts = await Promise.all(this.#logsOf(process).map((log) => this.#rotator.flush(log)))
    const { config, run } = process
    this.#events.emit({ name: config.name, run, type: 'flush' })
    return counts.reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Deletes the log files of a removed process, except files that another process writes too. */
  async delete(process: ManagedProcess): Promise<void> {
    const { indexFile } = this.sourceOf(process)
    const logs = this.#logsOf(process).filter((log) => !this.#isWritten(log) && !isForeignLink(log, this.folder))
    await Promise.all(logs.map((log) => this.#rotator.flush(log)))
    // Checked again, because the name may have been declared anew in the meantime.
    for (const log of logs) if (!this.#isWritten(log)) deleteLog(log)
    if (!this.#isWritten(indexFile)) rmSync(indexFile, { force: true })
  }

  close(): void {
    this.#indexer.close()
  }

  /** Its logs, a merged one once. */
  #logsOf(process: ManagedProcess): string[] {
    const { logFile, errorFile } = this.sourceOf(process)
    return [...new Set([logFile, errorFile])]
  }

  #isWritten(file: string): boolean {
    return this.#processes.snapshot().some((process) => {
      const { logFile, errorFile, indexFile } = this.sourceOf(process)
      return [logFile, errorFile, indexFile].includes(file)
    })
  }

  #rotate(name: string, stream: 'stdout' | 'stderr', size: number): void {
    const process = this.#processes.find(name)?.process
    if (!process) return
    const { maxLogSize, maxLogFiles, compressLogs } = process.config
    const limits = { maxLogSize: maxLogSize * MB, maxLogFiles, compress: compressLogs }
    // At this path may be the log of another supervisor by now.
    if (size <= limits.maxLogSize || !this.#home.isHere()) return
    const { logFile, errorFile } = this.sourceOf(process)
    // Recorded again, because the index must know the sizes after the cut.
    void this.#rotator
      .check(stream === 'stdout' ? logFile : errorFile, size, limits)
      .then(() => this.#indexer.record(name))
  }
}
