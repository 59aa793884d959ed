import type { LogSource } from '../model/logs.ts'
import type { LogStart } from '../model/process.ts'
import { readBetween } from './read.ts'

/**
 * The last `count` lines that a process itself wrote to stdout and stderr, merged; for messages about its failure.
 *
 * @param from where the run begins that is meant; absent: whatever is there
 */
export async function lastLines(source: LogSource, count: number, from?: LogStart): Promise<string[]> {
  // Where both go to one file, stdout has the last word.
  const starts = from && new Map([[source.errorFile, from.stderr] as const, [source.logFile, from.stdout] as const])
  const logs = await readBetween([source], { lines: count, streams: ['stdout', 'stderr'] }, starts ? { starts } : {})
  return logs.map((log) => log.message)
}
