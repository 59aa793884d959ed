import { uptime } from 'node:os'
import { HAS_PROC } from './proc.ts'
import type { ProcessEntry } from './process-entry.ts'

/** ms: a difference over a shorter time says more about the ticks of 10 ms than about the process. */
const SHORTEST = 500

interface Base {
  at: number
  cpu: number
}

/** Turns CPU times into percent of one core: the difference to the sample before, the first time to the process's start. */
export class CpuMeter {
  readonly #hasProc: boolean
  readonly #bases = new Map<string, Base>()

  /** @param hasProc whether `/proc` tells when processes were started, or `ps` */
  constructor(hasProc = HAS_PROC) {
    this.#hasProc = hasProc
  }

  /**
   * @param process whose samples are compared
   * @param cpu ms, of it alone or of a whole tree
   * @param now epoch ms
   */
  percent(process: ProcessEntry, cpu: number, now: number): number {
    const key = keyOf(process)
    const before = this.#bases.get(key)
    // Since the clock was set back, there is no telling how long ago that sample was.
    const base = before && before.at <= now ? before : { at: bornAt(process, now, this.#hasProc), cpu: 0 }
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
export function bornAt(entry: Pick<ProcessEntry, 'startTime'>, now: number, hasProc = HAS_PROC): number {
  return hasProc ? now - uptime() * 1000 + entry.startTime * 10 : entry.startTime * 1000
}

function keyOf({ pid, startTime }: ProcessEntry): string {
  return `${pid}:${startTime}`
}
