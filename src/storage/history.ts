import { dirname } from 'node:path'
import { LogFile } from '../logs/files/log-file.ts'
import { earlierEvents } from '../logs/reading/backward.ts'
import { eventIn } from '../logs/reading/entry.ts'
import { linesBackward } from '../logs/reading/lines-backward.ts'
import { StreamTail } from '../logs/reading/stream-tail.ts'
import { FileGrowthWatcher } from '../logs/timestamps/growth-watcher.ts'
import type { ProcessEvent, ProcessEventType } from '../model/lifecycle/events.ts'
import { refuseUnreadable } from '../system/fs/owner.ts'
import { withCause } from './events-v1.ts'

/** Selects events. All conditions must hold. */
export interface HistoryQuery {
  /** Events of these processes. Absent means all processes and the supervisor itself. */
  names?: string[]
  types?: ProcessEventType[]
  /** Number of last matching events. Absent means all that are kept. */
  lines?: number
  /** Events from this time on; a number is epoch ms. */
  since?: Date | number
}

/** The end of the events to read: a file, by `DEVICE:INODE`, and an offset in it. */
interface End {
  id: string
  offset: number
}

/** The matching events of a folder's supervisors, oldest first, from `events.jsonl` and the file before it. */
export async function readHistory(path: string, query: HistoryQuery, end?: End): Promise<ProcessEvent[]> {
  const { lines = Number.POSITIVE_INFINITY } = query
  const found: ProcessEvent[] = []
  for await (const event of historyBackward(path, query, end)) {
    if (found.length >= lines) break
    found.push(event)
  }
  return found.reverse()
}

/** The same events, last first. Files are read only as far as needed. */
export async function* historyBackward(
  path: string,
  query: HistoryQuery,
  end?: End,
): AsyncGenerator<ProcessEvent, void, undefined> {
  refuseUnreadable(dirname(path), path)
  const matches = matcherOf(query)
  const since = Number(query.since ?? Number.NEGATIVE_INFINITY)
  let ended = end === undefined
  let previous = ''
  for (const name of [path, earlierEvents(path)]) {
    const file = await LogFile.open(name)
    // The current file may have become the earlier one meanwhile.
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
          if (event && matches(event)) yield withCause(event)
        }
      }
    } finally {
      await file.close()
    }
  }
}

/**
 * The matching events, then every new one, each once. It follows from one supervisor to the next, since all write the
 * same file. It keeps the app alive, and ends when the signal aborts.
 *
 * @param isMeant whether a process that `names` leaves out is followed, too; asked at each of its new events
 */
export async function* followHistory(
  path: string,
  query: HistoryQuery,
  signal: AbortSignal,
  isMeant: (name: string) => Promise<boolean> = async () => false,
): AsyncGenerator<ProcessEvent, void, undefined> {
  const { names, ...others } = query
  const matches = matcherOf(others)
  const wanted = names && new Set(names)
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
  const watcher = new FileGrowthWatcher([path], due, { ref: true })
  try {
    yield* await readHistory(path, query, { id: tail.id, offset })
    while (!signal.aborted) {
      if (!isDue) await new Promise<void>((resolve) => (wake = resolve))
      isDue = false
      if (signal.aborted) return
      if (await tail.refresh()) watcher.rearm()
      for (let pulled = await tail.pull(); pulled; pulled = await tail.pull()) {
        for (const { text } of pulled.lines) {
          const event = eventIn(text)
          if (!event || !matches(event)) continue
          if (!wanted || wanted.has(event.name) || (await isMeant(event.name))) yield withCause(event)
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', due)
    watcher.close()
    await tail.close()
  }
}

function matcherOf({ names, types, since }: HistoryQuery): (event: ProcessEvent) => boolean {
  const wanted = names && new Set(names)
  return ({ name, type, time }) =>
    (!wanted || wanted.has(name)) && (!types || types.includes(type)) && (since === undefined || time >= Number(since))
}
