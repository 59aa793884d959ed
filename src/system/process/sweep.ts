import { type Facts, MARKER, membersOf, type Target } from '../../model/tree/members.ts'
import {
  HAS_PROC,
  type ProcessEntry,
  readEnvironment,
  readForkCount,
  readOutputs,
  readTable,
  requestTable,
} from './proc.ts'

/** Result of one sweep for one target. */
export interface Sweep {
  members: ProcessEntry[]
  /** Nothing was forked during the sweep, so that an empty one proves that nothing is left. */
  noForks: boolean
}

/** ms between a pass that failed and the next one. */
const RETRY_AFTER = 500

interface Waiting {
  target: Target
  resolve(sweep: Sweep): void
  reject(error: unknown): void
}

/** Searches the process table for members of targets. Requests of the same turn of the event loop share one pass. */
export class Sweeper {
  readonly #failed: ((error: Error) => void) | null
  readonly #look: () => Promise<Look>
  #latest: Look | null = null
  #waiting: Waiting[] = []
  #hasFailed = false

  /**
   * @param failed called at the first of a series of passes that fail, as without a descriptor; they are repeated until one
   * succeeds. Null: a sweep rejects.
   */
  constructor(failed: ((error: Error) => void) | null = null, look = requestLook) {
    this.#failed = failed
    this.#look = look
  }

  /** What the last pass saw. Null before the first one. */
  get latest(): Look | null {
    return this.#latest
  }

  sweep(target: Target): Promise<Sweep> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ target, resolve, reject }) === 1) setImmediate(() => void this.#pass())
    })
  }

  async #pass(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      const seen = await this.#look()
      const results = sweepNow(
        waiting.map(({ target }) => target),
        seen,
      )
      this.#latest = seen
      this.#hasFailed = false
      for (const [i, { resolve }] of waiting.entries()) resolve(results[i] ?? { members: [], noForks: false })
    } catch (error) {
      if (this.#failed === null) {
        for (const { reject } of waiting) reject(error)
        return
      }
      if (!this.#hasFailed) this.#failed(error as Error)
      this.#hasFailed = true
      setTimeout(() => this.#again(waiting), RETRY_AFTER)
    }
  }

  #again(waiting: Waiting[]): void {
    const isPlanned = this.#waiting.length > 0
    this.#waiting.push(...waiting)
    if (!isPlanned) void this.#pass()
  }
}

/** One look at the system: its processes, and their facts, each read once and on demand. */
export interface Look {
  table: ProcessEntry[]
  facts: Facts
  /** Pids of this process's ancestors. */
  ancestors: ReadonlySet<number>
  /** Number of forks before it began; undefined if unknown. */
  forks: number | undefined
}

/** Looks at once; it blocks where `ps` lists the processes. */
export function look(): Look {
  return lookAt(readForkCount(), readTable())
}

function lookAt(forks: number | undefined, table: ProcessEntry[]): Look {
  const facts = { marker: memoize((pid) => readEnvironment(pid, MARKER)), outputs: memoize(readOutputs) }
  return { forks, table, facts, ancestors: ancestorsIn(table) }
}

/** The same, without blocking. */
export async function requestLook(hasProc = HAS_PROC): Promise<Look> {
  const forks = hasProc ? readForkCount() : undefined
  return lookAt(forks, await requestTable(hasProc))
}

/** One pass over the system for all these targets. The current process is never a member. */
export function sweepNow(targets: Target[], { table, facts, ancestors, forks }: Look = look()): Sweep[] {
  const others = table.filter((entry) => entry.pid !== process.pid)
  const found = targets.map((target) => membersOf(others, target, facts, ancestors))
  const noForks = forks === undefined || forks === readForkCount()
  return found.map((members) => ({ members, noForks }))
}

function ancestorsIn(table: ProcessEntry[]): Set<number> {
  const parents = new Map(table.map(({ pid, ppid }) => [pid, ppid]))
  const pids = new Set<number>()
  for (let pid = parents.get(process.pid); pid && !pids.has(pid); pid = parents.get(pid)) pids.add(pid)
  return pids
}

/** All processes with a marker. */
export function readMarkers({ table, facts }: Look = look()): { entry: ProcessEntry; marker: string }[] {
  return table.flatMap((entry) => {
    const marker = entry.alive ? facts.marker(entry.pid) : undefined
    return marker === undefined ? [] : [{ entry, marker }]
  })
}

function memoize<Value>(read: (pid: number) => Value): (pid: number) => Value {
  const seen = new Map<number, Value>()
  return (pid) => {
    if (!seen.has(pid)) seen.set(pid, read(pid))
    return seen.get(pid) as Value
  }
}
