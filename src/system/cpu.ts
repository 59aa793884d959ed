import { uptime } from 'node:os'
import { HAS_PROC } from './proc.ts'
import type { ProcessEntry } from './process-entry.ts'

/** A difference over less than this, in ms, says more about the 10 ms ticks than about the process. */
const SHORTEST = 500

interface Base {
  at: number
  cpu: number
}

/** Turns CPU times into percent of one core: the difference to the sample before, the first time to the process's start. */
export class CpuMeter {
  readonly #bases = new Map<string, Base>()

  /**
   * @param process whose samples are compared
   * @param cpu ms, of it alone or of a whole tree
   * @param now epoch ms
   */
  percent(process: ProcessEntry, cpu: number, now: number): number {
    const key = keyOf(process)
    const base = this.#bases.get(key) ?? { at: bornAt(process, now), cpu: 0 }
    const elapsed = now - base.at
    if (elapsed >= SHORTEST) this.#bases.set(key, { at: now, cpu })
    // A child that ended took its share with it: never below nothing.
    return elapsed > 0 ? Math.max(0, Math.round(((cpu - base.cpu) / elapsed) * 1000) / 10) : 0
  }

  /** Forgets all but these. */
  keep(living: ProcessEntry[]): void {
    const keys = new Set(living.map(keyOf))
    for (const key of this.#bases.keys()) if (!keys.has(key)) this.#bases.delete(key)
  }
}

/** Epoch ms of a process's start. */
export function bornAt(entry: Pick<ProcessEntry, 'startTime'>, now: number): number {
  return HAS_PROC ? now - uptime() * 1000 + entry.startTime * 10 : entry.startTime * 1000
}

function keyOf({ pid, startTime }: ProcessEntry): string {
  return `${pid}:${startTime}`
}
