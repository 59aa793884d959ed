import type { Identity } from '../model/lifecycle/identity.ts'
import { type Excess, evaluateUsage, type Limits, NO_OVERUSE, type Overuse } from '../model/lifecycle/limits.ts'
import type { Clock } from '../system/clock.ts'
import { type TreeUsage, UsageSampler } from '../system/process/usage.ts'

/** Time in ms between samples. */
export const SAMPLE_EVERY = 2000

/**
/**
 * Time in ms between samples while a process is over a limit. The consecutive samples that confirm it then take less
 * than two regular intervals. A shorter time would make the CPU usage of a sample mostly rounding error.
 */
const CONFIRM_EVERY = 500

interface Watched {
  leader: Identity
  limits: Limits
  overuse: Overuse
  report(excess: Excess): void
}

export interface LimitMonitorOptions {
  clock: Clock
  sampler?: Pick<UsageSampler, 'sample'>
  /** Called with the members of each tree that is measured, by the leader's pid. */
  found?: Parameters<UsageSampler['sample']>[2]
}

/** Watches the usage of all processes with limits. One pass over the process table serves them all. */
export class LimitMonitor {
  readonly #watched = new Map<string, Watched>()
  readonly #clock: Clock
  readonly #sampler: Pick<UsageSampler, 'sample'>
  readonly #found: LimitMonitorOptions['found']
  #isSampling = false
  #cancel: (() => void) | null = null

  constructor({ clock, sampler = new UsageSampler(), found }: LimitMonitorOptions) {
    this.#found = found
    this.#clock = clock
    this.#sampler = sampler
  }

  /**
   * Watches the tree of `leader`. When it has been over its limits for too long, that is reported once and the watch
   * ends. Returns a function that ends it earlier.
   *
   * @param key identifies the process; a second call with the same key replaces the first
   */
  add(key: string, leader: Identity, limits: Limits, report: (excess: Excess) => void): () => void {
    const watched = { leader, limits, overuse: NO_OVERUSE, report }
    this.#watched.set(key, watched)
    this.#schedule()
    return () => {
      if (this.#watched.get(key) === watched) this.#watched.delete(key)
      this.#schedule()
    }
  }

  /** Schedules the next sample while a process has limits, and cancels it if none has. */
  #schedule(): void {
    if (this.#watched.size === 0) {
      this.#cancel?.()
      this.#cancel = null
    } else if (this.#cancel === null && !this.#isSampling) {
      const isOver = [...this.#watched.values()].some(({ overuse }) => overuse.memory > 0 || overuse.cpuSince !== null)
      this.#cancel = this.#clock.after(isOver ? CONFIRM_EVERY : SAMPLE_EVERY, () => void this.#sample())
    }
  }

  async #sample(): Promise<void> {
    this.#cancel = null
    this.#isSampling = true
    const at = this.#clock.monotonic()
    const sampled = [...this.#watched]
    const leaders = sampled.map(([, { leader }]) => leader)
    // A sample that fails, as without a descriptor, is left out.
    const usages = await this.#sampler
      .sample(leaders, this.#clock.now(), this.#found)
      .catch(() => new Map<number, TreeUsage>())
    this.#isSampling = false
    const reports: (() => void)[] = []
    for (const [key, watched] of sampled) {
      const usage = usages.get(watched.leader.pid)
      // Its watch may have ended during the sample.
      if (!usage || this.#watched.get(key) !== watched) continue
      const { overuse, excess } = evaluateUsage(watched.overuse, usage, watched.limits, at)
      watched.overuse = overuse
      if (!excess) continue
      this.#watched.delete(key)
      reports.push(() => watched.report(excess))
    }
    this.#schedule()
    // At the end, since a report may add and remove processes.
    for (const report of reports) report()
  }
}
