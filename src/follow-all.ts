import type { ProcessEvent } from './model/events.ts'
import type { ProcessLog } from './model/logs.ts'
import type { FollowOptions } from './process-logs.ts'

export interface FollowAll {
  /** Processes that there are now. */
  names(): string[]
  follow(name: string, callback: (log: ProcessLog) => void, options: FollowOptions): () => void
  events(signal: AbortSignal): AsyncIterable<ProcessEvent>
}

/** Calls back for every line of every process, also of those that come later. The result ends it. */
export function followAll({ names, follow, events }: FollowAll, callback: (log: ProcessLog) => void): () => void {
  const following = new Map<string, () => void>()
  const begin = (name: string, options: FollowOptions) => {
    if (name !== '' && !following.has(name)) following.set(name, follow(name, callback, options))
  }
  const leave = (name: string) => {
    following.get(name)?.()
    following.delete(name)
  }
  for (const name of names()) begin(name, {})
  const end = new AbortController()
  const attend = async () => {
    for await (const { type, name, time } of events(end.signal)) {
      // A new one may have printed before it is heard of here.
      if (type === 'start') begin(name, { since: time })
      if (type === 'remove') leave(name)
    }
  }
  // Without events those that are followed already still are.
  attend().catch(() => {})
  return () => {
    end.abort()
    for (const name of [...following.keys()]) leave(name)
  }
}
