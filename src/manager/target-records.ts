import type { ContextLine } from '../logs/reading/context.ts'
import type { LogsAfter } from '../logs/reading/cursor.ts'
import type { LogQuery } from '../logs/reading/query.ts'
import type { ProcessEvent } from '../model/lifecycle/events.ts'
import { patternText } from '../model/text/pattern.ts'
import { reasonOf } from '../model/text/system-error.ts'
import { jsonFieldsText } from '../model/views/json-fields.ts'
import type { LogLine, ProcessLog } from '../model/views/logs.ts'
import type { HistoryRequest, LogsRequest } from '../protocol/inputs.ts'
import type { Control } from '../protocol/operations.ts'
import type { HistoryQuery } from '../storage/history.ts'
import { keepingAlive } from './endable.ts'
import { meantBy } from './folder-records.ts'
import type { Followable, FollowOptions, Records, Which } from './records.ts'

/** Most lines of one answer. */
const PAGE = 10_000

/** The logs and events of a target, which it is asked for. */
export class TargetRecords implements Records {
  readonly #control: Control
  readonly #warn: (message: string) => void

  constructor(control: Control, warn: (message: string) => void) {
    this.#control = control
    this.#warn = warn
  }

  async read(names: string | string[], query: LogQuery): Promise<ProcessLog[]> {
    const { lines } = query
    const request = { ...requestOf(query), names: [names].flat() }
    if (lines !== undefined && lines <= PAGE) return (await this.#control.logs({ ...request, lines })).logs.map(logOf)
    const { logs } = await this.#pages(request, 'start')
    return lines === undefined ? logs : logs.slice(-lines)
  }

  async readAfter(names: string | string[], cursor: string, query: LogQuery): Promise<LogsAfter> {
    const request = { ...requestOf(query), names: [names].flat() }
    if (cursor === 'end') return { logs: [], cursor: (await this.#control.logs({ ...request, cursor })).cursor }
    const found = await this.#pages(request, cursor)
    return query.lines === undefined ? found : { ...found, logs: found.logs.slice(-query.lines) }
  }

  async readAround(names: string | string[], query: LogQuery, around: number): Promise<ContextLine[][]> {
    const { spansAround } = await import('../logs/reading/context.ts')
    const found = await this.read(names, query)
    const keyOf = ({ name, source, timestamp, message }: ProcessLog) =>
      [name, source, timestamp.getTime(), message].join('\0')
    const matching = new Set(found.map(keyOf))
    return Promise.all(
      spansAround(found, around).map(async ({ since, until }) => {
        const { logs } = await this.#pages({ all: true, since, until }, 'start')
        return logs.map((log) => ({ log, isMatch: matching.has(keyOf(log)) }))
      }),
    )
  }

  follow(which: Which, callback: (log: ProcessLog) => void, options: FollowOptions): () => void {
    const end = new AbortController()
    const follow = async () => {
      for await (const log of this.#lines(which, options, end.signal)) callback(log)
    }
    follow().catch((error: unknown) => {
      if (!end.signal.aborted) this.#warn(`logs cannot be followed: ${reasonOf(error)}`)
    })
    return () => end.abort()
  }

  iterate(which: Which, options: FollowOptions, signal: AbortSignal): AsyncGenerator<ProcessLog> {
    return keepingAlive(this.#lines(which, options, signal))
  }

  followHistory(
    query: HistoryQuery,
    signal: AbortSignal,
    isMeant?: (name: string) => Promise<boolean>,
  ): AsyncGenerator<ProcessEvent, void, undefined> {
    return keepingAlive(this.#events(query, signal, isMeant))
  }

  async *#lines(
    which: Which,
    options: FollowOptions,
    signal: AbortSignal,
  ): AsyncGenerator<ProcessLog, void, undefined> {
    const names = typeof which === 'function' ? undefined : [which].flat()
    const isMeant = typeof which === 'function' ? which : meantBy([which].flat())
    const request = { ...requestOf(options), ...(names && { names }), lines: options.lines ?? 0 }
    const meant = new Map<string, boolean>()
    for await (const { logs } of this.#control.followLogs(request, signal)) {
      for (const line of logs) {
        if (!meant.has(line.name)) await this.#find(meant, isMeant)
        if (meant.get(line.name) ?? names !== undefined) yield logOf(line)
      }
    }
  }

  history(query: HistoryQuery): Promise<ProcessEvent[]> {
    return this.#control.history(historyRequestOf(query))
  }

  async *#events(
    query: HistoryQuery,
    signal: AbortSignal,
    isMeant?: (name: string) => Promise<boolean>,
  ): AsyncGenerator<ProcessEvent, void, undefined> {
    const { names } = query
    if (!names || !isMeant) {
      for await (const { events } of this.#control.followHistory(historyRequestOf(query), signal)) yield* events
      return
    }
    // The past is only of these names, and what follows is of all of them. They meet at the last event of now.
    const edge = (await this.#control.history({ lines: 1 }))[0]?.time ?? 0
    const seen = new Set((await this.#control.history({ since: edge })).map(keyOfEvent))
    const past = await this.history(query)
    yield* past.filter((event) => event.time < edge || seen.has(keyOfEvent(event)))
    const wanted = new Set(names)
    const later = { ...(query.types && { types: query.types }), since: edge }
    for await (const { events } of this.#control.followHistory(later, signal))
      for (const event of events)
        if (!seen.has(keyOfEvent(event)) && (wanted.has(event.name) || (await isMeant(event.name)))) yield event
  }

  /** All lines after a cursor. */
  async #pages(request: LogsRequest, cursor: string): Promise<LogsAfter> {
    const logs: ProcessLog[] = []
    for (let from = cursor; ; ) {
      const page = await this.#control.logs({ ...request, cursor: from, lines: PAGE })
      for (const line of page.logs) logs.push(logOf(line))
      if (!page.more) return { logs, cursor: page.cursor }
      from = page.cursor
    }
  }

  /** Learns which processes are meant, from those of now. One that is no longer there is not. */
  async #find(meant: Map<string, boolean>, isMeant: (process: Followable) => boolean): Promise<void> {
    for (const process of await this.#control.list({})) meant.set(process.name, isMeant(process))
  }
}

function requestOf({ since, until, grep, fields, level, streams }: LogQuery): LogsRequest {
  return {
    ...(since !== undefined && { since: Number(since) }),
    ...(until !== undefined && { until: Number(until) }),
    ...(grep && { pattern: patternText(grep) }),
    ...(fields && { fields: jsonFieldsText(fields) }),
    ...(level && { level }),
    ...(streams && { streams }),
  }
}

function historyRequestOf({ since, ...query }: HistoryQuery): HistoryRequest {
  return { ...query, ...(since !== undefined && { since: Number(since) }) }
}

function logOf({ timestamp, ...line }: LogLine): ProcessLog {
  return { timestamp: new Date(timestamp), ...line }
}

const keyOfEvent = (event: ProcessEvent) => JSON.stringify(event)
