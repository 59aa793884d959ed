import type { LogSource, ProcessLog } from '../model/logs.ts'
import { Follower } from './follower.ts'
import type { LogQuery } from './query.ts'

export interface FollowOptions {
  /** Keep the app alive while following. Default false. */
  ref?: boolean
  /** A file could not be read; following goes on. Without it the error is thrown from a timer, as an uncaught one. */
  onError?: (error: unknown) => void
}

export interface Following {
  /** Resolves when the lines that were there before have been given and new ones are awaited. */
  ready: Promise<void>
  /** No line is given any more from here on. */
  dispose(): void
}

/**
 * Gives the last `query.lines` lines (or all since `query.since`; by default none), then every new line, each once and in
 * order: through restarts, truncation, and a path that is given to another file. Needs no supervisor. A line without its
 * newline is given when its process ends, or when nothing has been added to it for two seconds.
 */
export function followLogs(
  sources: LogSource[],
  query: LogQuery,
  onLog: (log: ProcessLog) => void,
  options: FollowOptions = {},
): Following {
  const follower = new Follower(sources, query, onLog, options)
  return { ready: follower.start(), dispose: () => follower.dispose() }
}

/** `followLogs` as an async iterator; leaving the loop, or `signal`, ends it. It keeps the app alive. */
export async function* followLogsIterator(
  sources: LogSource[],
  query: LogQuery,
  signal?: AbortSignal,
): AsyncGenerator<ProcessLog> {
  const waiting: ProcessLog[] = []
  let failure: { error: unknown } | undefined
  let wake = () => {}
  const following = followLogs(
    sources,
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
