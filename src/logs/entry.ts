import type { ProcessEvent } from '../model/events.ts'
import type { ProcessLog } from '../model/logs.ts'
import { levelOf, levelOfEvent } from './level.ts'
import type { ChildStream } from './note.ts'

/** A line on its way into the merged log, with what orders lines of the same millisecond. */
export interface Entry {
  log: ProcessLog
  /** Epoch ms. */
  time: number
  /** Of equal times, the lower is first: the note's number for lines of a child. */
  order: number
  /** An event after which the run writes no more. */
  endsRun: boolean
}

/** Not noted yet, so newer than all notes. */
const NEWEST = Number.MAX_SAFE_INTEGER

/** These end a run: of the same millisecond, the run's lines come first. */
const ENDINGS: ReadonlySet<string> = new Set<ProcessEvent['type']>(['exit', 'crash', 'stop'])

export function entryOfLine(name: string, source: ChildStream, message: string, time: number, order = NEWEST): Entry {
  return {
    log: { timestamp: new Date(time), level: levelOf(message), message, source, name },
    time,
    order,
    endsRun: false,
  }
}

export function entryOfEvent(event: ProcessEvent): Entry {
  const { time, type, message, name } = event
  const endsRun = ENDINGS.has(type)
  const log: ProcessLog = { timestamp: new Date(time), level: levelOfEvent(type), message, source: 'system', name }
  return { log, time, order: endsRun ? Number.POSITIVE_INFINITY : -1, endsRun }
}

export const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.order < b.order)

/** The event that a line of `events.jsonl` holds, if it is one of `names`. */
export function parseEvent(line: string, names: ReadonlySet<string>): ProcessEvent | undefined {
  // Most lines are about other processes: not worth parsing.
  if (!names.has(/"name":"([^"]*)"/.exec(line)?.[1] ?? '')) return undefined
  const event = eventIn(line)
  return event && names.has(event.name) ? event : undefined
}

/** The event that a line holds; a torn or foreign one holds none. */
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

/** Epoch ms; a Date takes no more. */
const LATEST = 8.64e15
