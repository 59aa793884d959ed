import { judgeUsage, type Limits, NO_OVERUSE, type Overuse } from '../model/limits.ts'
import type { Identity } from '../model/process.ts'
import type { Clock } from '../system/clock.ts'
import { UsageSampler } from '../system/usage.ts'

/** ms between samples. */
export const SAMPLE_EVERY = 2000

/**
 * ms to the next sample while something is over a limit, so that the samples in a row that are needed fit into less than
 * two intervals. Shorter, and the CPU time of a sample would be mostly rounding.
 */
const CONFIRM_EVERY = 500

/** What somebody is told of a process that is over its limits. */
export interface OveruseReport {
  /** 'memory 612 MB over the limit of 512 MB'. */
  why: string
}

interface Watched {
  leader: Identity
  limits: Limits
  overuse: Overuse
  report(report: OveruseReport): void
}

/** Watches the usage of all processes that have limits with one sampler: one pass over the process table per sample. */
export class LimitMonitor {
  readonly #watched = new Map<string, Watched>()
  readonly #clock: Clock
  readonly #sampler: Pick<UsageSampler, 'sample'>
  #cancel: (() => void) | null = null

  constructor({ clock, sampler = new UsageSampler() }: { clock: Clock; sampler?: Pick<UsageSampler, 'sample'> }) {
    this.#clock = clock
    this.#sampler = sampler
  }

  /**
   * Watches the tree of `leader` until the result is called, or it has been over its limits for too long, which is
   * reported once. `key` is the process's own; another call with it takes the place of the first.
   */
  add(key: string, leader: Identity, limits: Limits, report: (report: OveruseReport) => void): () => void {
    const watched = { leader, limits, overuse: NO_OVERUSE, report }
    this.#watched.set(key, watched)
    if (this.#cancel === null) this.#plan(SAMPLE_EVERY)
    return () => {
      if (this.#watched.get(key) === watched) this.#remove(key)
    }
  }

  #remove(key: string): void {
    this.#watched.delete(key)
    if (this.#watched.size > 0) return
    this.#cancel?.()
    this.#cancel = null
  }

  #plan(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => this.#sample())
  }

  #sample(): void {
    const now = this.#clock.now()
    const usages = this.#sampler.sample(
      [...this.#watched.values()].map(({ leader }) => leader),
      now,
    )
    const broken: (() => void)[] = []
    for (const [key, watched] of this.#watched) {
      const usage = usages.get(watched.leader.pid)
      if (!usage) continue
      const { overuse, why } = judgeUsage(watched.overuse, usage, watched.limits, now)
      watched.overuse = overuse
      if (why === undefined) continue
      this.#watched.delete(key)
      broken.push(() => watched.report({ why }))
    }
    const over = [...this.#watched.values()].some(({ overuse }) => overuse.memory > 0 || overuse.cpuSince !== null)
    this.#cancel = null
    if (this.#watched.size > 0) this.#plan(over ? CONFIRM_EVERY : SAMPLE_EVERY)
    // Last, since who is told may add and remove.
    for (const tell of broken) tell()
  }
}
