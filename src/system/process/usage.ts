import { uptime } from 'node:os'
import type { Identity } from '../../model/lifecycle/identity.ts'
import { CpuMeter } from './cpu.ts'
import { isMeasured, measured } from './measure.ts'
import { HAS_PROC, readTable, requestTable, TICK_MS } from './proc.ts'
import type { MeasuredEntry, ProcessEntry } from './process-entry.ts'
import { treesOf } from './tree.ts'

type Trees = ReadonlyMap<number, ProcessEntry[]>

/** Usage of one process tree. */
export interface TreeUsage {
  /** Percent of one core since the sample before, or since the leader's start. */
  cpu: number
  /** MB (2^20 bytes) resident. */
  memory: number
  processes: number
  /** ms since the leader's start, whatever the time of day. Absent where there is no `/proc`. */
  age?: number
  /** Pid of a member that a signal such as SIGSTOP has stopped. */
  frozen?: number
}

/** Measures process trees on demand: one pass over the process table for any number of them. */
export class UsageSampler {
  readonly #hasProc: boolean
  readonly #meter: CpuMeter

  /** @param hasProc whether `/proc` tells, or `ps`; it decides what the start times of leaders mean */
  constructor(hasProc = HAS_PROC) {
    this.#hasProc = hasProc
    this.#meter = new CpuMeter(hasProc)
  }

  /**
   * Usage by the leader's pid; a leader that is gone is left out.
   *
   * @param found called with the members of each tree, by the leader's pid
   */
  async sample(leaders: Identity[], now: number, found?: (trees: Trees) => void): Promise<Map<number, TreeUsage>> {
    if (leaders.length === 0) return new Map()
    const table = await requestTable(this.#hasProc)
    const trees = treesOf(leaders, table)
    found?.(trees)
    const members = await measured([...new Set([...trees.values()].flat())])
    this.#meter.keep(table)
    return this.#usages(trees, members, now)
  }

  /** The same without waiting. Empty where there is no `/proc`. */
  sampleNow(leaders: Identity[], now: number): Map<number, TreeUsage> {
    if (leaders.length === 0 || !this.#hasProc) return new Map()
    const trees = treesOf(leaders, readTable())
    return this.#usages(trees, [...trees.values()].flat().filter(isMeasured), now)
  }

  #usages(trees: Map<number, ProcessEntry[]>, members: MeasuredEntry[], now: number): Map<number, TreeUsage> {
    const usages = new Map<number, TreeUsage>()
    const byPid = new Map(members.map((member) => [member.pid, member]))
    const sinceBoot = uptime() * 1000
    for (const [pid, tree] of trees) {
      const first = byPid.get(pid)
      if (!first) continue
      const living = tree.flatMap((entry) => byPid.get(entry.pid) ?? [])
      const cpu = living.reduce((sum, member) => sum + member.cpu, 0)
      const memory = living.reduce((sum, member) => sum + member.memory, 0)
      const frozen = living.find(({ isFrozen }) => isFrozen)
      const age = sinceBoot - first.startTime * TICK_MS
      usages.set(pid, {
        cpu: this.#meter.percent(first, cpu, now),
        memory: memory / 2 ** 20,
        processes: living.length,
        // Below nothing where a container tells its own boot, and the start times of the host.
        ...(this.#hasProc && age >= 0 && { age }),
        ...(frozen && { frozen: frozen.pid }),
      })
    }
    return usages
  }
}
