import type { LogSource, ProcessLog } from '../model/logs.ts'
import { type Backward, type Bounds, eventsBackward, streamBackward } from './backward.ts'
import { type Entry, isBefore } from './entry.ts'
import type { ChildStream } from './note.ts'
import { type LogQuery, matcher, wants } from './query.ts'

/**
 * The lines that `query` asks for, of one process or of many, in the order in which they were written: stdout, stderr and
 * the processes' events merged. Needs no supervisor. Files are read from their ends, and no further than the answer needs.
 * Missing files are empty; other failures to read are thrown.
 */
export function readLogs(sources: LogSource[], query: LogQuery = {}): Promise<ProcessLog[]> {
  return readBetween(sources, query, {})
}

/** A part of each file, by path: offsets of lines' ends. Files without an offset begin, or end, where they do. */
export interface Span {
  starts?: ReadonlyMap<string, number>
  ends?: ReadonlyMap<string, number>
}

/** `readLogs` of a part of the files. */
export async function readBetween(sources: LogSource[], query: LogQuery, span: Span): Promise<ProcessLog[]> {
  const wanted = query.lines ?? Number.POSITIVE_INFINITY
  const matches = matcher(query)
  const heads = feeds(sources, query, span).map((feed) => new Head(feed, (entry) => matches(entry.log)))
  const found: ProcessLog[] = []
  try {
    while (found.length < wanted) {
      const latest = await latestOf(heads)
      if (!latest) break
      found.push(latest.log)
    }
  } finally {
    await Promise.all(heads.map((head) => head.close()))
  }
  return found.reverse()
}

/** The files of a process's own streams; one, when both streams go to the same. */
export function childFiles(source: LogSource): { stream: ChildStream; path: string }[] {
  const stdout = { stream: 'stdout' as const, path: source.logFile }
  return source.errorFile === source.logFile ? [stdout] : [stdout, { stream: 'stderr', path: source.errorFile }]
}

/** The processes by the events file that they share. */
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
      if (wants(query, stream)) all.push(streamBackward(source, stream, bounds(path)))
    }
  }
  if (wants(query, 'system')) {
    for (const [path, names] of namesByEventsFile(sources)) all.push(eventsBackward(path, names, bounds))
  }
  return all
}

async function latestOf(heads: Head[]): Promise<Entry | undefined> {
  let latest: Head | undefined
  for (const head of heads) {
    if (head.isEmpty && !(await head.fill())) continue
    if (!latest || !isBefore(head.first, latest.first)) latest = head
  }
  return latest?.take()
}

/** The next entry of one feed that matches. */
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

  /** `false`: there is nothing more. */
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
