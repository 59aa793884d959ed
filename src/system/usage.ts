import { uptime } from 'node:os'
import type { Identity } from '../model/process.ts'
import { HAS_PROC, readTable } from './proc.ts'
import type { ProcessEntry } from './process-entry.ts'
import { treesOf } from './tree.ts'

/** Usage of one process tree. */
export interface TreeUsage {
  /** Percent of one core since the sample before, or since the leader's start. */
  cpu: number
  /** MB (2^20 bytes) resident. */
  memory: number
  processes: number
}

/** A difference over less than this, in ms, says more about the 10 ms ticks than about the process. */
const SHORTEST = 500

interface Base {
  at: number
  cpu: number
}

/** Measures process trees on demand: one pass over the process table for any number of them. */
export class UsageSampler {
  /** The sample that the next difference is taken from, by leader. */
  readonly #bases = new Map<string, Base>()

  /** Usage by the leader's pid; a leader that is gone is left out. */
  sample(leaders: Identity[], now: number): Map<number, TreeUsage> {
    const usages = new Map<number, TreeUsage>()
    if (leaders.length === 0) return usages
    const table = readTable()
    const trees = treesOf(leaders, table)
    for (const leader of leaders) {
      const tree = trees.get(leader.pid) ?? []
      const [first] = tree
      if (!first) continue
      const key = keyOf(leader)
      const cpu = tree.reduce((sum, entry) => sum + entry.cpu, 0)
      const memory = tree.reduce((sum, entry) => sum + entry.memory, 0)
      usages.set(leader.pid, {
        cpu: this.#percent(key, cpu, bornAt(first, now), now),
        memory: memory / 2 ** 20,
        processes: tree.length,
      })
    }
    const living = new Set(table.map(keyOf))
    for (const key of this.#bases.keys()) if (!living.has(key)) this.#bases.delete(key)
    return usages
  }

  #percent(key: string, cpu: number, born: number, now: number): number {
    const base = this.#bases.get(key) ?? { at: born, cpu: 0 }
    const elapsed = now - base.at
    if (elapsed >= SHORTEST) this.#bases.set(key, { at: now, cpu })
    // A child that ended took its share with it: never below nothing.
    return elapsed > 0 ? Math.max(0, Math.round(((cpu - base.cpu) / elapsed) * 1000) / 10) : 0
  }
}

function keyOf({ pid, startTime }: Pick<Identity, 'pid' | 'startTime'>): string {
  return `${pid}:${startTime}`
}

/** Epoch ms of a process's start. */
function bornAt(entry: ProcessEntry, now: number): number {
  return HAS_PROC ? now - uptime() * 1000 + entry.startTime * 10 : entry.startTime * 1000
}
