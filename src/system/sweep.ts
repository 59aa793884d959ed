import { type Facts, MARKER, membersOf, type Target } from '../model/members.ts'
import { type ProcessEntry, readEnvironment, readForkCount, readOutputs, readTable } from './proc.ts'

/** What one look at the system found for one target. */
export interface Sweep {
  members: ProcessEntry[]
  /** Nothing was forked during the look, so that an empty one proves that nothing is left. */
  still: boolean
}

/** Looks at the process table for many targets at once: requests of the same turn of the event loop share one pass. */
export class Sweeper {
  #waiting: { target: Target; resolve: (sweep: Sweep) => void }[] = []

  sweep(target: Target): Promise<Sweep> {
    return new Promise((resolve) => {
      if (this.#waiting.push({ target, resolve }) === 1) setImmediate(() => this.#pass())
    })
  }

  #pass(): void {
    const waiting = this.#waiting
    this.#waiting = []
    const results = sweepNow(waiting.map(({ target }) => target))
    for (const [i, { resolve }] of waiting.entries()) resolve(results[i] ?? { members: [], still: false })
  }
}

/** One look at the system: its processes, and what is asked for of each, read once. */
export interface Look {
  table: ProcessEntry[]
  facts: Facts
  /** Processes forked before it began; undefined where unknown. */
  forks: number | undefined
}

export function look(): Look {
  const forks = readForkCount()
  const facts = { marker: memoize((pid) => readEnvironment(pid, MARKER)), outputs: memoize(readOutputs) }
  return { table: readTable(), facts, forks }
}

/** One pass over the system for all these targets. This very process is never a member. */
export function sweepNow(targets: Target[], { table, facts, forks }: Look = look()): Sweep[] {
  const others = table.filter((entry) => entry.pid !== process.pid)
  const found = targets.map((target) => membersOf(others, target, facts))
  const still = forks === undefined || forks === readForkCount()
  return found.map((members) => ({ members, still }))
}

/** Pid and marker of every process that carries one. */
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
