import type { LogSource, ProcessLog } from '../../model/views/logs.ts'
import { FileGrowthWatcher } from '../timestamps/growth-watcher.ts'
import { decode, encode, keyOf, type Marks } from './cursor.ts'
import { type Entry, endsRun, isBefore } from './entry.ts'
import { EventFeed, type Feed, StreamFeed } from './feed.ts'
import { UNFINISHED_AFTER } from './line.ts'
import { includesStream, type LogQuery, matcherOf } from './query.ts'
import { childFiles } from './read.ts'

/** Entries that are read in one go, whether they match or not, so that a reader of rare lines still gets on. */
const MOST_ENTRIES = 20_000

/** ms by which a timer may fire early. */
const SLACK = 5

export interface ForwardOptions {
  /** An events file that is read in any case. Those of the sources are read too. */
  eventsFile?: string
  /** Keep the app alive while waiting for more. Default false. */
  ref?: boolean
  /** Called with each event in its place. Resolves with lines that come right after it. It may add sources. */
  onEvent?(event: Entry): Promise<ProcessLog[]>
  /** A file could not be read, and the others are. Without this callback the error is thrown. */
  onError?: ((error: unknown) => void) | undefined
}

/** Files that are read together: a process's streams, or an events file. */
interface Group {
  feeds: Feed[]
  watcher?: FileGrowthWatcher
  /** The files may have grown since they were last read. */
  isDue: boolean
}

/**
 * Reads the lines after a cursor, oldest first, as many at a time as its reader takes. Each line comes exactly once, also to a
 * later reader that begins with the cursor of this one. Memory stays small, however much there is to read. Events are read
 * whatever the query says, since a run's unfinished line ends with the run.
 */
export class ForwardReader {
  readonly #query: LogQuery
  readonly #matches: (entry: Entry) => boolean
  readonly #marks: Marks
  readonly #isFromEnd: boolean
  readonly #options: ForwardOptions
  /** The unfinished lines of processes that are no longer read. */
  #left: ProcessLog[] = []
  #groups = new Map<string, Group>()
  /** Of the processes that are read. The events file has those of all. */
  #names: ReadonlySet<string> = new Set()
  #wake = () => {}

  /**
   * @param cursor `start`: all lines; `end`: lines that are written from now on
   * @throws ProcessManagerError `usage` for an invalid cursor
   */
  constructor(query: LogQuery, cursor: string, options: ForwardOptions = {}) {
    this.#query = query
    this.#matches = matcherOf(query)
    this.#isFromEnd = cursor === 'end'
    this.#marks = cursor === 'start' || this.#isFromEnd ? {} : decode(cursor)
    this.#options = options
  }

  /**
   * Reads these, and no others any more. What is new is read from its mark in the cursor, or else from its beginning. With the cursor
   * `end` it is read from its end; resolves with these ends by path.
   */
  async setSources(sources: LogSource[]): Promise<Map<string, number>> {
    this.#names = new Set(sources.map(({ name }) => name))
    const wanted = groupsOf(sources, this.#query, this.#options.eventsFile)
    const ends = new Map<string, number>()
    for (const [key, group] of this.#groups) {
      if (wanted.has(key)) wanted.set(key, group)
      else await this.#drop(group)
    }
    for (const [key, group] of wanted) {
      if (this.#groups.has(key)) continue
      for (const feed of group.feeds) {
        const mark = this.#marks[keyOf(feed.path)]
        if (mark || !this.#isFromEnd) await this.#tried(feed.seek(mark))
        else ends.set(feed.path, (await this.#tried(feed.skip())) ?? 0)
      }
    }
    this.#groups = wanted
    return ends
  }

  /** For a reader that continues after what was taken from this one. */
  get cursor(): string {
    for (const feed of this.#feeds()) this.#keepMark(feed)
    return encode(this.#marks)
  }

  /** The next lines that match, at most so many. `more`: it stopped before the end. */
  async next(limit: number): Promise<{ logs: ProcessLog[]; more: boolean }> {
    const due = await this.#refresh()
    const feeds = due.flatMap((group) => group.feeds)
    const logs = this.#left.splice(0)
    const take = (entry: Entry | undefined) => {
      if (entry && this.#names.has(entry.log.name) && this.#matches(entry)) logs.push(entry.log)
    }
    for (let count = 0; logs.length < limit && count < MOST_ENTRIES; count++) {
      const first = await this.#first(feeds)
      if (!first) {
        // An unfinished line is one if it has not grown for a while.
        for (const stream of this.#unfinished()) take(stream.takePartial(quietSince(stream)))
        return { logs, more: false }
      }
      const added = first.event ? await this.#options.onEvent?.(first) : undefined
      if (endsRun(first.event)) {
        for (const stream of this.#unfinished())
          if (stream.name === first.log.name) take(stream.takePartial(first.time))
      }
      take(first)
      if (added) logs.push(...added)
    }
    for (const group of due) group.isDue = true
    return { logs, more: true }
  }

  /** Resolves when there may be more to read, at `wake`, or when the signal aborts. */
  async grown(signal: AbortSignal): Promise<void> {
    for (const group of this.#groups.values()) this.#watch(group)
    if (signal.aborted || [...this.#groups.values()].some(({ isDue }) => isDue)) return
    const isUnfinished = this.#unfinished().length > 0
    await new Promise<void>((resolve) => {
      const timer = isUnfinished ? setTimeout(() => this.#wake(), UNFINISHED_AFTER + SLACK).unref() : undefined
      const abort = () => this.#wake()
      signal.addEventListener('abort', abort)
      this.#wake = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        resolve()
      }
    })
  }

  /** Ends a `grown`. */
  wake(): void {
    this.#wake()
  }

  async close(): Promise<void> {
    for (const group of this.#groups.values()) await this.#leave(group)
    this.#groups.clear()
  }

  /** Finds the ends of what may have grown. */
  async #refresh(): Promise<Group[]> {
    const groups = [...this.#groups.values()]
    // A run's last lines must come before the event of its end, though what grew there is noticed only later.
    const isAll = groups.some(({ isDue, feeds }) => isDue && feeds[0] instanceof EventFeed)
    const due = groups.filter((group) => isAll || group.isDue)
    for (const group of due) {
      group.isDue = false
      for (const feed of group.feeds) if (await this.#tried(feed.refresh())) group.watcher?.rearm()
    }
    return due
  }

  #feeds(): Feed[] {
    return [...this.#groups.values()].flatMap((group) => group.feeds)
  }

  #unfinished(): StreamFeed[] {
    return this.#feeds().filter((feed): feed is StreamFeed => feed instanceof StreamFeed && feed.hasPartial)
  }

  /** Takes the earliest entry of all feeds. Pulls only from feeds with an empty queue. */
  async #first(feeds: Feed[]): Promise<Entry | undefined> {
    let earliest: Feed | undefined
    for (const feed of feeds) {
      while (feed.queue.length === 0 && (await this.#tried(feed.pull()))) {}
      const [first] = feed.queue
      const [best] = earliest?.queue ?? []
      if (first && (!best || isBefore(first, best))) earliest = feed
    }
    return earliest?.queue.shift()
  }

  async #tried<T>(reading: Promise<T>): Promise<T | undefined> {
    const { onError } = this.#options
    return onError ? await reading.catch(onError as () => undefined) : await reading
  }

  /** Leaves files that are no longer read, with their unfinished lines. */
  async #drop(group: Group): Promise<void> {
    for (const feed of group.feeds) {
      const entry = feed instanceof StreamFeed ? feed.takePartial(Number.POSITIVE_INFINITY) : undefined
      if (entry && this.#matches(entry)) this.#left.push(entry.log)
    }
    await this.#leave(group)
    // On Bun, the end of one watch may lose what others were about to report.
    for (const { watcher } of this.#groups.values()) watcher?.rearm()
  }

  async #leave({ feeds, watcher }: Group): Promise<void> {
    watcher?.close()
    for (const feed of feeds) {
      this.#keepMark(feed)
      await feed.close()
    }
  }

  #keepMark(feed: Feed): void {
    const { path, mark } = feed
    // As in `readAfter`, to keep the cursor short.
    if (mark?.[1] === 0 && feed instanceof StreamFeed && !this.#isFromEnd) delete this.#marks[keyOf(path)]
    else if (mark) this.#marks[keyOf(path)] = mark
  }

  #watch(group: Group): void {
    if (group.watcher) return
    const check = () => {
      group.isDue = true
      this.#wake()
      return true
    }
    const paths = group.feeds.map(({ path }) => path)
    group.watcher = new FileGrowthWatcher(paths, check, { ref: this.#options.ref ?? false })
    // What grew before the watch began is noticed by nobody else.
    group.isDue = true
  }
}

/** What a query reads of these sources, the events first: what was written before an event must not come after it. */
function groupsOf(sources: LogSource[], query: LogQuery, eventsFile?: string): Map<string, Group> {
  const groups = new Map<string, Group>()
  const add = (feeds: Feed[]) => {
    if (feeds.length > 0) groups.set(feeds.map(({ path }) => path).join('\0'), { feeds, isDue: true })
  }
  const eventsFiles = sources.map((source) => source.eventsFile)
  for (const path of new Set(eventsFile === undefined ? eventsFiles : [eventsFile, ...eventsFiles]))
    add([new EventFeed(path)])
  for (const source of sources) {
    const files = childFiles(source).filter(({ stream }) => includesStream(query, stream))
    add(files.map(({ stream, path }) => new StreamFeed(source, stream, path)))
  }
  return groups
}

/** Epoch ms up to which an unfinished line was written that counts as a line. The time of day may have been set. */
function quietSince({ grownAt }: StreamFeed): number {
  return grownAt <= performance.now() - UNFINISHED_AFTER ? Number.POSITIVE_INFINITY : Date.now() - UNFINISHED_AFTER
}
