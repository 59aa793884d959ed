import type { OverLimit } from './causes.ts'

/** Limits for a whole tree; `null` means no limit. */
export interface Limits {
  /** MB. */
  maxMemory: number | null
  /** Percent of one core. */
  maxCpu: number | null
}

/** How long a tree has been over its limits. */
export interface Overuse {
  /** Samples in a row over the memory limit. */
  memory: number
  /** Time of the first sample in a row over the CPU limit, in ms of a monotonic clock; `null` if the last sample was not over it. */
  cpuSince: number | null
}

export const NO_OVERUSE: Overuse = { memory: 0, cpuSince: null }

/** Samples in a row over the memory limit that end a run. One or two may be a peak before a garbage collection. */
export const MEMORY_SAMPLES = 3

/** ms that a tree may be over its CPU limit. Most programs start, compile or warm up faster. */
export const CPU_PATIENCE = 10_000

/** Usage over a limit. */
export type Excess = Pick<OverLimit, 'of' | 'used' | 'limit'>

/** Evaluates one more sample. `excess` is set if the limit has been exceeded for too long. `now` is monotonic, in ms. */
export function evaluateUsage(
  before: Overuse,
  usage: { memory: number; cpu: number },
  { maxMemory, maxCpu }: Limits,
  now: number,
): { overuse: Overuse; excess?: Excess } {
  const overuse: Overuse = {
    memory: maxMemory !== null && usage.memory > maxMemory ? before.memory + 1 : 0,
    cpuSince: maxCpu !== null && usage.cpu > maxCpu ? (before.cpuSince ?? now) : null,
  }
  if (maxMemory !== null && overuse.memory >= MEMORY_SAMPLES) {
    return { overuse, excess: { of: 'memory', used: usage.memory, limit: maxMemory } }
  }
  if (maxCpu !== null && overuse.cpuSince !== null && now - overuse.cpuSince >= CPU_PATIENCE) {
    return { overuse, excess: { of: 'cpu', used: usage.cpu, limit: maxCpu } }
  }
  return { overuse }
}
