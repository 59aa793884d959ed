import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogSource } from '../model/logs.ts'
import { Beat } from './beat.ts'
import { Budget } from './budget.ts'
import { GrowthWatch, type Shared } from './growth.ts'
import { IndexFile } from './index-file.ts'
import type { ChildStream, Note } from './note.ts'
import { type MovesOf, StreamProbe } from './stream-probe.ts'
import type { WatchFile } from './watch-file.ts'

/** Looks at once a second over all processes; the others wait for their beat. Keeps a hundred talkative processes cheap. */
const TIMES_RATE = 100
const ORDER_RATE = 300
/** How many in a row. */
const SHARED_BURST = 300
/** ms between looks at a file that is written all the time while the process's other one is quiet. */
const PATIENCE = 200

export interface LogIndexerOptions {
  /** Epoch ms. */
  now?: () => number
  /** A stream's file has grown to `size` bytes; the place to decide on a rotation. */
  onSize?: (name: string, stream: ChildStream, size: number) => void
  /** Notes could not be written: lines stay, their times are lost. Once per process until it works again. */
  onError?: (name: string, error: unknown) => void
  /** Without it every look reads anew how far a log has been rotated. */
  movesOf?: MovesOf
  watchFile?: WatchFile
}

interface Watched {
  source: LogSource
  index: IndexFile
  probes: StreamProbe[]
  growth: GrowthWatch
  failed: boolean
}

/**
 * Notes when each watched process's files grow, so that their lines have times and an order. One per supervisor.
 * It reads no log byte, keeps no app alive, and continues the index of an earlier supervisor.
 */
export class LogIndexer {
  readonly #options: LogIndexerOptions
  readonly #now: () => number
  readonly #shared: Shared = {
    times: new Budget(TIMES_RATE, SHARED_BURST),
    order: new Budget(ORDER_RATE, SHARED_BURST),
    beat: new Beat(),
  }
  readonly #watched = new Map<string, Watched>()

  constructor(options: LogIndexerOptions = {}) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /**
   * Watches a process, from before it is spawned. What its files grew by since the last note is noted at once, with the
   * files' own times. Watching again takes over changed paths. Throws when the index cannot be opened.
   *
   * @param begunAt when the run began that has written all of that, epoch ms
   */
  watch(source: LogSource, begunAt = 0): void {
    this.unwatch(source.name)
    mkdirSync(dirname(source.indexFile), { recursive: true, mode: 0o700 })
    const index = new IndexFile(source.indexFile)
    const last = index.last()
    const { watchFile, movesOf = () => undefined } = this.#options
    const probes = [new StreamProbe('stdout', source.logFile, last.get('stdout'), begunAt, movesOf)]
    if (source.errorFile !== source.logFile) {
      probes.push(new StreamProbe('stderr', source.errorFile, last.get('stderr'), begunAt, movesOf))
    }
    const growth = new GrowthWatch(
      probes.map((probe) => probe.path),
      (paths) => this.#look(source.name, paths),
      { shared: this.#shared, patience: PATIENCE, ...(watchFile && { watchFile }) },
    )
    this.#watched.set(source.name, { source, index, probes, growth, failed: false })
    this.note(source.name)
  }

  /** Notes the last growth and stops watching. */
  unwatch(name: string): void {
    const watched = this.#watched.get(name)
    if (!watched) return
    this.note(name)
    watched.growth.close()
    watched.index.close()
    this.#watched.delete(name)
  }

  /** Notes a process's growth now; for moments that must not wait for a tick, such as its exit. */
  note(name: string): void {
    this.#look(name)
  }

  /**
   * @param paths files that may have grown; without: all
   * @returns whether any had
   */
  #look(name: string, paths?: readonly string[]): boolean {
    const watched = this.#watched.get(name)
    if (!watched) return false
    const { probes, growth, index } = watched
    const now = this.#now()
    const notes: Note[] = []
    const grown: StreamProbe[] = []
    for (const probe of probes) {
      if (paths && !paths.includes(probe.path)) continue
      const found = probe.look(now)
      if (probe.moved) growth.rearm()
      if (found.length > 0) grown.push(probe)
      notes.push(...found)
    }
    if (notes.length === 0) return false
    try {
      index.append(inOrder(notes, probes))
      watched.failed = false
    } catch (error) {
      if (!watched.failed) this.#options.onError?.(name, error)
      watched.failed = true
    }
    for (const probe of grown) this.#options.onSize?.(name, probe.stream, probe.size)
    return true
  }

  /** Notes every process's growth now. */
  flush(): void {
    for (const name of this.#watched.keys()) this.note(name)
  }

  close(): void {
    for (const name of [...this.#watched.keys()]) this.unwatch(name)
  }
}

/** When both streams grew between two looks, the files' own times say which was first. */
function inOrder(notes: Note[], probes: StreamProbe[]): Note[] {
  if (notes.length === 1) return notes
  const written = new Map(probes.map((probe) => [probe.stream, probe.modified]))
  return notes.toSorted((a, b) => (written.get(a.stream) ?? 0) - (written.get(b.stream) ?? 0))
}
