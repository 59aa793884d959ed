import type { ContextLine } from '../logs/reading/context.ts'
import type { LogsAfter } from '../logs/reading/cursor.ts'
import type { LogQuery } from '../logs/reading/query.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import type { ProcessLog } from '../model/views/logs.ts'
import type { ProcessState } from '../model/views/state.ts'
import type { HistoryQuery } from '../storage/history.ts'

/** The lines that a follower gets: a query without an end. */
export type FollowOptions = Omit<LogQuery, 'until'>

/** What tells which processes to follow. */
export type Followable = Pick<ProcessState, 'name' | 'instanceOf' | 'group'>
/** Names of processes or of those that instances were declared under, or a test of each process. */
export type Which = string | string[] | ((process: Followable) => boolean)

/** What processes have printed, and what has happened to them: of a folder, from its files, or of a target, from its answers. */
export interface Records {
  read(names: string | string[], query: LogQuery): Promise<ProcessLog[]>
  readAfter(names: string | string[], cursor: string, query: LogQuery): Promise<LogsAfter>
  readAround(names: string | string[], query: LogQuery, around: number): Promise<ContextLine[][]>
  follow(which: Which, callback: (log: ProcessLog) => void, options: FollowOptions): () => void
  iterate(which: Which, options: FollowOptions, signal: AbortSignal): AsyncGenerator<ProcessLog>
  history(query: HistoryQuery): Promise<ProcessEvent[]>
  /** @param isMeant asked at each new event of a process that `names` leaves out */
  followHistory(
    query: HistoryQuery,
    signal: AbortSignal,
    isMeant?: (name: string) => Promise<boolean>,
  ): AsyncGenerator<ProcessEvent, void, undefined>
}
