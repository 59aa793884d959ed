import type { ProcessEvent } from '../../model/lifecycle/events.ts'
import type { ProcessLog } from '../../model/views/logs.ts'
import type { ChildStream } from '../timestamps/timestamp.ts'
import { levelOf, levelOfEvent } from './level.ts'

/** A line of the merged log, with its position among lines of the same millisecond. */
export interface Entry {
  log: ProcessLog
  /** Epoch ms. */
  time: number
  /** Of equal times, the lower one is first. For lines of a child it is the number of their timestamp entry. */
  order: number
  /** Offset in its file, for who reads forward. */
  start?: number
  /** Type of an event; null for a line of a child. */
  event: ProcessEvent['type'] | null
  /** The line that this one continues, in a stack trace. */
  parent?: Entry
}

/** Order of a line without a timestamp entry, which is newer than all that have one. */
const NEWEST = Number.MAX_SAFE_INTEGER

/** Events that end a run. The run's lines of the same millisecond come before them. */
const ENDINGS: ReadonlySet<string> = new Set<ProcessEvent['type']>(['exit', 'crash', 'stop'])

export function entryOfLine(name: string, source: ChildStream, message: string, time: number, order = NEWEST): Entry {
  return {
    log: { timestamp: new Date(time), level: levelOf(message), message, source, name },
    time,
    order,
    event: null,
  }
}

export function entryOfEvent(event: ProcessEvent): Entry {
  const { time, type, message, name } = event
  const log: ProcessLog = { timestamp: new Date(time), level: levelOfEvent(type), message, source: 'system', name }
  return { log, time, order: endsRun(type) ? Number.POSITIVE_INFINITY : -1, event: type }
}

/** Whether the run writes no more after an event. */
export const endsRun = (type: Entry['event']): boolean => type !== null && ENDINGS.has(type)

export const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.order < b.order)

/** The event in a line of `events.jsonl`, if it is about one of `names`. */
export function parseEvent(line: string, names: ReadonlySet<string>): ProcessEvent | undefined {
  // Most lines are about other processes and need not be parsed.
  if (!names.has(/"name":"([^"]*)"/.exec(line)?.[1] ?? '')) return undefined
  const event = eventIn(line)
  return event && names.has(event.name) ? event : undefined
}

/** The event in a line; undefined for a torn or foreign line. */
export function eventIn(line: string): ProcessEvent | undefined {
  try {
    const event = JSON.parse(line) as Partial<ProcessEvent> | null
    const isTime = typeof event?.time === 'number' && Math.abs(event.time) <= LATEST
    const isEvent = isTime && [event.name, event.type, event.message].every((part) => typeof part === 'string')
    return isEvent ? (event as ProcessEvent) : undefined
  } catch {
    return undefined
  }
}

/** Latest time of a Date, epoch ms. */
const LATEST = 8.64e15
