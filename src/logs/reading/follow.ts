import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import { type Followed, Follower, type FollowOptions } from './follower.ts'
import type { LogQuery } from './query.ts'

export interface Following {
  /** Resolves when the earlier lines have been passed on and new ones are awaited. */
  ready: Promise<void>
  /** Ends the following. `onLog` is not called any more. */
  dispose(): void
}

/**
 * Passes on the last `query.lines` lines (or all since `query.since`; by default none), then every new line, each once
 * and in order. It follows through restarts, truncation and replaced files, and needs no supervisor. An unfinished line
 * is passed on when its process ends, or when it has not grown for two seconds.
 *
 * @param followed some logs, or also those of processes that appear later
 */
export function followLogs(
  followed: LogSource[] | Followed,
  query: LogQuery,
  onLog: (log: ProcessLog) => void,
  options: FollowOptions = {},
): Following {
  const end = new AbortController()
  const whose = Array.isArray(followed) ? only(followed) : followed
  const follower = new Follower(whose, query, onLog, { ...options, signal: end.signal })
  const ready = new Promise<void>((resolve) => void follower.run(resolve).finally(resolve))
  return { ready, dispose: () => end.abort() }
}

function only(sources: LogSource[]): Followed {
  const eventsFile = sources[0]?.eventsFile ?? ''
  return { eventsFile, sources: async () => sources, find: async () => null }
}

/** `followLogs` as an async iterator, which keeps the app alive. It ends when the loop is left or `signal` aborts. */
export async function* followLogsIterator(
  followed: LogSource[] | Followed,
  query: LogQuery,
  signal?: AbortSignal,
): AsyncGenerator<ProcessLog> {
  const waiting: ProcessLog[] = []
  let failure: { error: unknown } | undefined
  let wake = () => {}
  const following = followLogs(
    followed,
    query,
    (log) => {
      waiting.push(log)
      wake()
    },
    {
      ref: true,
      onError: (error) => {
        failure = { error }
        wake()
      },
    },
  )
  const onAbort = () => wake()
  signal?.addEventListener('abort', onAbort)
  try {
    while (!signal?.aborted) {
      yield* waiting.splice(0)
      if (failure) throw failure.error
      if (waiting.length > 0 || signal?.aborted) continue
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    following.dispose()
  }
}
