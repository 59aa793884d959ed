/** What a process's whole tree may use; `null`: as much as it likes. */
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
  /** Epoch ms of the first of the samples in a row over the CPU limit; `null`: the last one was not over it. */
  cpuSince: number | null
}

export const NO_OVERUSE: Overuse = { memory: 0, cpuSince: null }

/** Samples in a row over the memory limit that are too many: one or two are a peak that the collector takes back. */
export const MEMORY_SAMPLES = 3

/** How long in ms a tree may be over its CPU limit: longer than most programs take to start, compile or warm up. */
export const CPU_PATIENCE = 10_000

/** Judges one more sample. `why` is there when it is too much: 'memory 612 MB over the limit of 512 MB'. */
export function judgeUsage(
  before: Overuse,
  usage: { memory: number; cpu: number },
  { maxMemory, maxCpu }: Limits,
  now: number,
): { overuse: Overuse; why?: string } {
  const overuse: Overuse = {
    memory: maxMemory !== null && usage.memory > maxMemory ? before.memory + 1 : 0,
    cpuSince: maxCpu !== null && usage.cpu > maxCpu ? (before.cpuSince ?? now) : null,
  }
  if (overuse.memory >= MEMORY_SAMPLES) {
    return { overuse, why: `memory ${Math.ceil(usage.memory)} MB over the limit of ${maxMemory} MB` }
  }
  if (overuse.cpuSince !== null && now - overuse.cpuSince >= CPU_PATIENCE) {
    return { overuse, why: `cpu ${Math.ceil(usage.cpu)} % over the limit of ${maxCpu} % for ${CPU_PATIENCE / 1000} s` }
  }
  return { overuse }
}
