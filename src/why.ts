import type { HistoryQuery } from './logs/history.ts'
import type { LogQuery } from './logs/query.ts'
import { type Cause, causesOf, TELLING } from './model/causes.ts'
import type { ProcessEvent } from './model/events.ts'
import type { ProcessLog } from './model/logs.ts'

/** Why something is as it is: a cause, and what the process itself said last of its failure. */
export interface Reason extends Cause {
  /** Of a run that failed: its last line of level `error`, else the last one on stderr. */
  lastError: string | null
}

interface Sources {
  history(query: HistoryQuery): Promise<ProcessEvent[]>
  logs(name: string, query: LogQuery): Promise<ProcessLog[]>
}

/** Events that are looked at for one answer. A loop of crashes has three of them for each. */
const LOOKED_AT = 300

/** The chain of causes of a process's present state, last first. */
export async function reasonsOf(name: string, most: number, { history, logs }: Sources): Promise<Reason[]> {
  const events = await history({ names: [name], types: TELLING, lines: LOOKED_AT })
  const causes = causesOf(events.reverse(), most)
  return Promise.all(causes.map(async (cause) => ({ ...cause, lastError: await lastErrorOf(cause) })))

  async function lastErrorOf({ kind, from, until }: Cause): Promise<string | null> {
    if (kind !== 'crash') return null
    const run: LogQuery = {
      lines: 1,
      ...(from !== null && { since: from }),
      ...(until !== null && { until: until - 1 }),
    }
    const [error] = await logs(name, { ...run, level: 'error', streams: ['stdout', 'stderr'] })
    const [line] = error ? [error] : await logs(name, { ...run, streams: ['stderr'] })
    return line?.message ?? null
  }
}
