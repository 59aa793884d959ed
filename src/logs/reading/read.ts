import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import type { ChildStream } from '../timestamps/timestamp.ts'
import { type Backward, type Bounds, eventsBackward, streamBackward } from './backward.ts'
import { type Entry, isBefore } from './entry.ts'
import { counterOf, includesStream, type LogQuery, matcherOf } from './query.ts'

/**
 * The lines of some processes that match `query`, in the order of writing, with stdout, stderr and events merged. It
 * needs no supervisor. Files are read backward, and only as far as needed. A missing file is empty; other read errors
 * are thrown.
 */
export function readLogs(sources: LogSource[], query: LogQuery = {}): Promise<ProcessLog[]> {
  return readBetween(sources, query, {})
}

/** ms by which a time may be later than now without a clock that was set. */
const CLOCK_TOLERANCE = 60_000

/** A part of each file, by path: offsets of line ends. Without an offset, the part begins or ends with the file. */
export interface Span {
  starts?: ReadonlyMap<string, number>
  ends?: ReadonlyMap<string, number>
}

/** `readLogs` for a part of the files. */
export async function readBetween(sources: LogSource[], query: LogQuery, span: Span): Promise<ProcessLog[]> {
  return (await readEntries(sources, query, span)).map(({ log }) => log)
}

export async function readEntries(sources: LogSource[], query: LogQuery, span: Span): Promise<Entry[]> {
  let wanted = query.lines ?? Number.POSITIVE_INFINITY
  const matches = matcherOf(query)
  const counts = counterOf(query)
  const horizon = Date.now() + CLOCK_TOLERANCE
  const heads = feeds(sources, query, span).map((feed) => new Head(feed, matches))
  const found: Entry[] = []
  try {
    while (wanted > 0) {
      const latest = await latestOf(heads, horizon)
      if (!latest) break
      found.push(latest)
      if (counts(latest)) wanted -= 1
    }
  } finally {
    await Promise.all(heads.map((head) => head.close()))
  }
  return found.reverse()
}

/** The log files of a process; only one if both streams go to the same file. */
export function childFiles(source: LogSource): { stream: ChildStream; path: string }[] {
  const stdout = { stream: 'stdout' as const, path: source.logFile }
  return source.errorFile === source.logFile ? [stdout] : [stdout, { stream: 'stderr', path: source.errorFile }]
}

/** Names of processes, grouped by their events file. */
export function namesByEventsFile(sources: LogSource[]): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>()
  for (const { eventsFile, name } of sources) files.set(eventsFile, (files.get(eventsFile) ?? new Set()).add(name))
  return files
}

function feeds(sources: LogSource[], query: LogQuery, { starts, ends }: Span): Backward[] {
  const bounds = (path: string): Bounds => ({
    since: query.since === undefined ? Number.NEGATIVE_INFINITY : Number(query.since),
    until: query.until === undefined ? Number.POSITIVE_INFINITY : Number(query.until),
    start: starts?.get(path),
    end: ends?.get(path),
  })
  const all: Backward[] = []
  for (const source of sources) {
    for (const { stream, path } of childFiles(source)) {
      if (includesStream(query, stream)) all.push(streamBackward(source, stream, bounds(path)))
    }
  }
  if (includesStream(query, 'system')) {
    for (const [path, names] of namesByEventsFile(sources)) all.push(eventsBackward(path, names, bounds))
  }
  return all
}

async function latestOf(heads: Head[], horizon: number): Promise<Entry | undefined> {
  let latest: Head | undefined
  for (const head of heads) {
    if (head.isEmpty && !(await head.fill())) continue
    if (!latest || isLater(head.first, latest.first, horizon)) latest = head
  }
  return latest?.take()
}

/** What is later than now was written before the clock was set back, so before all that has a time up to now. */
function isLater(entry: Entry, other: Entry, horizon: number): boolean {
  const [isAhead, isOtherAhead] = [entry.time > horizon, other.time > horizon]
  return isAhead === isOtherAhead ? !isBefore(entry, other) : isOtherAhead
}

/** Reads the matching entries of one feed, one at a time. */
class Head {
  readonly #feed: Backward
  readonly #matches: (entry: Entry) => boolean
  #batch: Entry[] = []
  #at = 0
  #done = false

  constructor(feed: Backward, matches: (entry: Entry) => boolean) {
    this.#feed = feed
    this.#matches = matches
  }

  get isEmpty(): boolean {
    return this.#at >= this.#batch.length
  }

  get first(): Entry {
    return this.#batch[this.#at] as Entry
  }

  take(): Entry {
    return this.#batch[this.#at++] as Entry
  }

  /** Resolves to false if there are no more entries. */
  async fill(): Promise<boolean> {
    while (this.isEmpty && !this.#done) {
      const { value, done } = await this.#feed.next()
      this.#done = done === true
      this.#batch = value ? value.filter(this.#matches) : []
      this.#at = 0
    }
    return !this.isEmpty
  }

  async close(): Promise<void> {
    await this.#feed.return(undefined)
  }
}
