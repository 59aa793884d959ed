import type { ProcessEvent, ProcessEventType } from '../model/events.ts'
import { earlierEvents } from './backward.ts'
import { eventIn } from './entry.ts'
import { GrowthWatch } from './growth.ts'
import { linesBackward } from './lines-backward.ts'
import { LogFile } from './log-file.ts'
import { StreamTail } from './stream-tail.ts'

/** Which events. Everything that is set must hold. */
export interface HistoryQuery {
  /** Of these processes; absent: of all, and the supervisor's own. */
  names?: string[]
  types?: ProcessEventType[]
  /** The last so many of those that match; absent: all that are kept. */
  lines?: number
  /** Not before; a number is epoch ms. */
  since?: Date | number
}

/** Up to where events are read: a file, by device and inode, and an offset in it. What came after it is left out. */
interface End {
  id: string
  offset: number
}

/** The events of a folder's supervisors that match, oldest first, from `events.jsonl` and the file before it. */
export async function readHistory(path: string, query: HistoryQuery, end?: End): Promise<ProcessEvent[]> {
  const { lines = Number.POSITIVE_INFINITY } = query
  const found: ProcessEvent[] = []
  for await (const event of historyBackward(path, query, end)) {
    if (found.length >= lines) break
    found.push(event)
  }
  return found.reverse()
}

/** The same, last first, and no further than it is asked for. */
export async function* historyBackward(
  path: string,
  query: HistoryQuery,
  end?: End,
): AsyncGenerator<ProcessEvent, void, undefined> {
  const matches = matcherOf(query)
  const since = Number(query.since ?? Number.NEGATIVE_INFINITY)
  let ended = end === undefined
  let previous = ''
  for (const name of [path, earlierEvents(path)]) {
    const file = await LogFile.open(name)
    // The present file may have become the earlier one since the step before.
    if (!file || file.id === previous) continue
    previous = file.id
    try {
      if (!ended && file.id !== end?.id) continue
      const from = ended ? file.end : Math.min(file.end, end?.offset ?? 0)
      ended = true
      for await (const batch of linesBackward(file, from)) {
        for (const { text } of batch) {
          const event = eventIn(text)
          if (event && event.time < since) return
          if (event && matches(event)) yield event
        }
      }
    } finally {
      await file.close()
    }
  }
}

/**
 * The events that `query` asks for, then every new one, each once, whichever supervisor tells it: all write the same file.
 * Ends with the signal; keeps the app alive.
 */
export async function* followHistory(
  path: string,
  query: HistoryQuery,
  signal: AbortSignal,
): AsyncGenerator<ProcessEvent, void, undefined> {
  const matches = matcherOf(query)
  const tail = new StreamTail(path)
  let wake = () => {}
  let isDue = true
  const due = () => {
    isDue = true
    wake()
    return true
  }
  signal.addEventListener('abort', due, { once: true })
  const offset = await tail.skip()
  const growth = new GrowthWatch([path], due, { ref: true })
  try {
    yield* await readHistory(path, query, { id: tail.id, offset })
    while (!signal.aborted) {
      if (!isDue) await new Promise<void>((resolve) => (wake = resolve))
      isDue = false
      if (signal.aborted) return
      if (await tail.refresh()) growth.rearm()
      for (let pulled = await tail.pull(); pulled; pulled = await tail.pull()) {
        for (const { text } of pulled.lines) {
          const event = eventIn(text)
          if (event && matches(event)) yield event
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', due)
    growth.close()
    await tail.close()
  }
}

function matcherOf({ names, types, since }: HistoryQuery): (event: ProcessEvent) => boolean {
  const wanted = names && new Set(names)
  return ({ name, type, time }) =>
    (!wanted || wanted.has(name)) && (!types || types.includes(type)) && (since === undefined || time >= Number(since))
}
