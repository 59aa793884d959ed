import type { LogSource, ProcessLog } from '../model/logs.ts'
import { type Entry, isBefore } from './entry.ts'
import { EventFeed, type Feed, StreamFeed } from './feed.ts'
import { GrowthWatch } from './growth.ts'
import { type LogQuery, matcher, wants } from './query.ts'
import { childFiles, namesByEventsFile, readBetween } from './read.ts'

/** A line without its end counts as a line when nothing has been added to it for so many ms. */
const UNFINISHED = 2000
/** Timers may fire a little early. */
const SLACK = 5

/** Files that are looked at together: a process's streams, or an events file. */
interface Group {
  feeds: Feed[]
  growth?: GrowthWatch
  /** A wake has come since the last look. */
  isDue: boolean
}

interface FollowerOptions {
  ref?: boolean
  onError?: (error: unknown) => void
}

/**
 * One follower of some processes' logs. Every wake leads to a pass: see how far the files go, then merge what is new up to
 * there. Passes never overlap. Events are looked at before the streams, so that what was written before an event is seen
 * with it.
 */
export class Follower {
  readonly #sources: LogSource[]
  readonly #query: LogQuery
  readonly #onLog: (log: ProcessLog) => void
  readonly #options: FollowerOptions
  readonly #matches: (log: ProcessLog) => boolean
  readonly #streams: StreamFeed[]
  readonly #events: Group[]
  readonly #groups: Group[]
  #busy = false
  #again = false
  #disposed = false
  #timer: NodeJS.Timeout | undefined

  constructor(sources: LogSource[], query: LogQuery, onLog: (log: ProcessLog) => void, options: FollowerOptions) {
    this.#sources = sources
    this.#query = query
    this.#onLog = onLog
    this.#options = options
    this.#matches = matcher(query)
    const streams = sources.map((source) =>
      childFiles(source)
        .filter(({ stream }) => wants(query, stream))
        .map(({ stream, path }) => new StreamFeed(source, stream, path, () => performance.now())),
    )
    this.#streams = streams.flat()
    this.#events = [...namesByEventsFile(sources)].map(([path, names]) => ({
      feeds: [new EventFeed(path, names)],
      isDue: true,
    }))
    this.#groups = [...this.#events, ...streams.map((feeds) => ({ feeds, isDue: true }))]
  }

  async start(): Promise<void> {
    this.#busy = true
    try {
      await this.#giveEarlier()
    } catch (error) {
      this.#report(error)
    }
    this.#busy = false
    if (this.#disposed) return this.#closeFiles()
    for (const group of this.#groups) {
      const paths = group.feeds.map((feed) => feed.path)
      const wake = () => {
        group.isDue = true
        void this.#wake()
        return true
      }
      group.growth = new GrowthWatch(paths, wake, { ref: this.#options.ref ?? false })
    }
    await this.#wake()
  }

  dispose(): void {
    this.#disposed = true
    clearTimeout(this.#timer)
    for (const { growth } of this.#groups) growth?.close()
    if (!this.#busy) void this.#closeFiles()
  }

  /** What is read backward here ends exactly where reading forward begins. */
  async #giveEarlier(): Promise<void> {
    const ends = new Map<string, number>()
    for (const { feeds } of this.#groups) for (const feed of feeds) ends.set(feed.path, await feed.skip())
    if (!this.#query.lines && this.#query.since === undefined) return
    for (const log of await readBetween(this.#sources, this.#query, { ends })) this.#give(log)
  }

  async #wake(): Promise<void> {
    if (this.#disposed) return
    this.#again = true
    if (this.#busy) return
    this.#busy = true
    while (this.#again && !this.#disposed) {
      this.#again = false
      try {
        await this.#pass()
      } catch (error) {
        this.#report(error)
      }
    }
    this.#busy = false
    if (this.#disposed) await this.#closeFiles()
  }

  async #pass(): Promise<void> {
    // A run's last lines must not come after the event of its end, though their own wake may be due only at the next tick.
    const due = this.#events.some((group) => group.isDue) ? this.#groups : this.#groups.filter((group) => group.isDue)
    for (const group of due) {
      group.isDue = false
      for (const feed of group.feeds) if (await feed.refresh()) group.growth?.rearm()
    }
    const feeds = due.flatMap((group) => group.feeds)
    for (;;) {
      const first = await firstOf(feeds)
      if (!first || this.#disposed) break
      if (first.endsRun) this.#givePartials(first.time, (feed) => feed.name === first.log.name)
      this.#give(first.log)
    }
    const quietSince = performance.now() - UNFINISHED
    this.#givePartials(Number.POSITIVE_INFINITY, (feed) => feed.grownAt <= quietSince)
    this.#awaitPartials()
  }

  #givePartials(time: number, which: (feed: StreamFeed) => boolean): void {
    for (const feed of this.#streams) {
      const entry = which(feed) ? feed.takePartial(time) : undefined
      if (entry) this.#give(entry.log)
    }
  }

  #awaitPartials(): void {
    clearTimeout(this.#timer)
    if (this.#disposed || !this.#streams.some((feed) => feed.hasPartial)) return
    this.#timer = setTimeout(() => void this.#wake(), UNFINISHED + SLACK)
    if (!this.#options.ref) this.#timer.unref()
  }

  #give(log: ProcessLog): void {
    if (this.#disposed || !this.#matches(log)) return
    try {
      this.#onLog(log)
    } catch (error) {
      throwLater(error)
    }
  }

  #report(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error)
    else throwLater(error)
  }

  async #closeFiles(): Promise<void> {
    await Promise.all(this.#groups.flatMap((group) => group.feeds).map((feed) => feed.close()))
  }
}

/** The earliest entry of all feeds. Waits only for feeds of which nothing is left that was pulled before. */
async function firstOf(feeds: Feed[]): Promise<Entry | undefined> {
  let earliest: Feed | undefined
  for (const feed of feeds) {
    while (feed.queue.length === 0 && (await feed.pull())) {}
    const [first] = feed.queue
    const [best] = earliest?.queue ?? []
    if (first && (!best || isBefore(first, best))) earliest = feed
  }
  return earliest?.queue.shift()
}

/** A callback's failure is its owner's, as with any event: it must not end the following. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
