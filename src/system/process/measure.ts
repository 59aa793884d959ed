import type { MeasuredEntry, ProcessEntry } from './process-entry.ts'

/**
 * These processes with what they use, without blocking. `/proc` tells it with each process; where there is none, pidusage
 * asks `ps` about all of them at once, and those that have ended are left out.
 */
export async function measured(entries: ProcessEntry[]): Promise<MeasuredEntry[]> {
  const unknown = entries.filter((entry) => !isMeasured(entry)).map(({ pid }) => pid)
  const usages = unknown.length > 0 ? await usageOf(unknown) : {}
  return entries.flatMap((entry) => {
    if (isMeasured(entry)) return [entry]
    const usage = usages[entry.pid]
    return usage ? [{ ...entry, cpu: usage.ctime, memory: usage.memory }] : []
  })
}

/** Whether it came with what it uses. */
export function isMeasured(entry: ProcessEntry): entry is MeasuredEntry {
  return entry.cpu !== undefined && entry.memory !== undefined
}

type Usages = Record<string, { ctime: number; memory: number } | undefined>

async function usageOf(pids: number[]): Promise<Usages> {
  const { default: pidusage } = await import('pidusage')
  // Percentages are reckoned elsewhere: nothing is kept from one call to the next.
  return inPlainLocale(() => pidusage(pids, { usePs: true, maxage: 0 })).catch(() => ({}))
}

/** Starts a program in the plain locale: where there is a decimal comma, pidusage reads the times of `ps` wrongly. */
function inPlainLocale<Result>(start: () => Result): Result {
  const { LC_ALL } = process.env
  process.env.LC_ALL = 'C'
  try {
    return start()
  } finally {
    if (LC_ALL === undefined) delete process.env.LC_ALL
    else process.env.LC_ALL = LC_ALL
  }
}
