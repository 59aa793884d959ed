import type { LogSource } from '../model/logs.ts'
import { readLogs } from './read.ts'

/** The last `count` lines that a process itself wrote to stdout and stderr, merged; for messages about its failure. */
export async function lastLines(source: LogSource, count: number): Promise<string[]> {
  const logs = await readLogs([source], { lines: count, streams: ['stdout', 'stderr'] })
  return logs.map((log) => log.message)
}
