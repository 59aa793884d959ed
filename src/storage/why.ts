import type { LogQuery } from '../logs/reading/query.ts'
import { lastError } from '../logs/reading/tail.ts'
import { type Cause, causesOf, TELLING } from '../model/lifecycle/chain.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import type { HistoryQuery } from './history.ts'

/** A cause, and the last error that the process itself logged. */
export interface Reason extends Cause {
  /** The last line of level `error` of a failed run, or else its last line on stderr. */
  lastError: string | null
}

interface Sources {
  history(query: HistoryQuery): Promise<ProcessEvent[]>
  logs(name: string, query: LogQuery): Promise<ProcessLog[]>
}

/** Events to read for one answer. A crash loop has three per round. */
const LOOKED_AT = 300

/** The events that led to the present state of a process, last first. */
export async function reasonsOf(name: string, most: number, { history, logs }: Sources): Promise<Reason[]> {
  const events = await history({ names: [name], types: TELLING, lines: LOOKED_AT })
  const causes = causesOf(events.reverse()).slice(0, most)
  return Promise.all(causes.map(async (cause) => ({ ...cause, lastError: await lastErrorOf(cause) })))

  async function lastErrorOf({ kind, from, until }: Cause): Promise<string | null> {
    if (kind !== 'crash') return null
    const run = { ...(from !== null && { since: from }), ...(until !== null && { until: until - 1 }) }
    return lastError((query) => logs(name, query), run)
  }
}
