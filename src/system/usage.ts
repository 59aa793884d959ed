import type { Identity } from '../model/process.ts'
import { CpuMeter } from './cpu.ts'
import { readTable } from './proc.ts'
import { treesOf } from './tree.ts'

/** Usage of one process tree. */
export interface TreeUsage {
  /** Percent of one core since the sample before, or since the leader's start. */
  cpu: number
  /** MB (2^20 bytes) resident. */
  memory: number
  processes: number
}

/** Measures process trees on demand: one pass over the process table for any number of them. */
export class UsageSampler {
  readonly #meter = new CpuMeter()

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
      const cpu = tree.reduce((sum, entry) => sum + entry.cpu, 0)
      const memory = tree.reduce((sum, entry) => sum + entry.memory, 0)
      usages.set(leader.pid, {
        cpu: this.#meter.percent(first, cpu, now),
        memory: memory / 2 ** 20,
        processes: tree.length,
      })
    }
    this.#meter.keep(table)
    return usages
  }
}
