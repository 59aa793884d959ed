import type { LogStart } from '../../model/lifecycle/process.ts'
import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import { levelOf } from './level.ts'
import type { LogQuery } from './query.ts'
import { readBetween } from './read.ts'

/**
 * The last `count` lines that a process itself wrote to stdout and stderr, merged, for messages about its failure.
 *
 * @param from start of the run in the logs; absent means the beginning of the logs
 */
export async function lastLines(source: LogSource, count: number, from?: LogStart): Promise<string[]> {
  // If both streams go to one file, the later entry, that of stdout, wins.
  const starts = from && new Map([[source.errorFile, from.stderr] as const, [source.logFile, from.stdout] as const])
  const logs = await readBetween([source], { lines: count, streams: ['stdout', 'stderr'] }, starts ? { starts } : {})
  return logs.map((log) => log.message)
}

/** Lines in which the error of a failed run is searched for. */
const LONGEST = 40

/**
 * The last lines of a run that failed: `count`, or more if they are the rest of what follows an error. Node puts the stack, and
 * nearly as many lines besides, below the message.
 */
export async function lastLinesOfFailure(source: LogSource, count: number, from: LogStart): Promise<string[]> {
  const lines = await lastLines(source, LONGEST, from)
  const error = lines.findLastIndex((line, i) => levelOf(line) === 'error' && /^(?:\s|$)/.test(lines[i + 1] ?? '-'))
  const begin = Math.max(0, lines.length - count)
  return lines.slice(error < 0 ? begin : Math.min(error, begin))
}

/**
 * The line that says best why a run failed: the last one of level `error`, or else the last one on stderr. Null if there is none.
 *
 * @param run the time of the run
 */
export async function lastError(
  read: (query: LogQuery) => Promise<ProcessLog[]>,
  run: Pick<LogQuery, 'since' | 'until'>,
): Promise<string | null> {
  const [error] = await read({ ...run, lines: 1, level: 'error', streams: ['stdout', 'stderr'] })
  const [line] = error ? [error] : await read({ ...run, lines: 1, streams: ['stderr'] })
  return line?.message ?? null
}
