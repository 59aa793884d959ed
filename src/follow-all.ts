import type { ProcessEvent } from './model/events.ts'
import type { LogSource, ProcessLog } from './model/logs.ts'
import type { FollowOptions } from './process-logs.ts'

export interface FollowAll {
  /** Of the processes that there are now. */
  sources(): LogSource[]
  /** `which`: one of these, or the name of one that came later. */
  follow(which: LogSource | string, callback: (log: ProcessLog) => void, options: FollowOptions): () => void
  events(signal: AbortSignal): AsyncIterable<ProcessEvent>
}

/** Calls back for every line of every process, also of those that come later. The result ends it. */
export function followAll({ sources, follow, events }: FollowAll, callback: (log: ProcessLog) => void): () => void {
  const following = new Map<string, () => void>()
  const begun = Date.now()
  /** When each that was removed was. */
  const removed = new Map<string, number>()
  const begin = (which: LogSource | string, options: FollowOptions) => {
    const name = typeof which === 'string' ? which : which.name
    if (name !== '' && !following.has(name)) following.set(name, follow(which, callback, options))
  }
  const leave = (name: string) => {
    following.get(name)?.()
    following.delete(name)
  }
  for (const source of sources()) begin(source, {})
  const end = new AbortController()
  const attend = async () => {
    for await (const { type, name, time } of events(end.signal)) {
      // A new one may have printed before it is heard of here, and before it is known to run.
      if (type === 'start') begin(name, { since: removed.get(name) ?? begun })
      if (type === 'remove') {
        leave(name)
        removed.set(name, time)
      }
    }
  }
  // Without events those that are followed already still are.
  attend().catch(() => {})
  return () => {
    end.abort()
    for (const name of [...following.keys()]) leave(name)
  }
}
