import * as describe from './describe.ts'
import type { EventCause, ProcessEvent, ProcessEventType } from './events.ts'

/** One link in the chain of events that led to the present state of a process. */
export interface Cause {
  kind: 'start' | 'restart' | 'crash' | 'exit' | 'stop' | 'pause' | 'error'
  /** Epoch ms of the event; of the last one if it happened several times. */
  time: number
  /** The run that began or ended with it. */
  run: number
  /** 'src/a.ts changed', 'exited with 1 after 3.2 s'; empty for a start by hand. */
  message: string
  /** The cause as data; null for a start by hand. */
  cause: EventCause | null
  /** How often it happened in a row, for the first time at `since` (epoch ms). */
  times: number
  since: number
  /**
   * Epoch ms between which the run wrote its output, from its start to the next one. Null if the event of that start is no
   * longer kept, or has not happened.
   */
  from: number | null
  until: number | null
}

/** The types of events that become links, besides a start by hand. */
const KINDS = ['restart', 'crash', 'exit', 'stop', 'pause', 'error'] as const

/** The types of events that tell of a chain. */
export const TELLING: ProcessEventType[] = ['start', 'resume', 'signal', ...KINDS]

/**
 * The events that led to the present state of a process, last first: automatic restarts and the failures before them, back to the
 * last order by hand.
 *
 * @param events of this process, last first
 */
export function causesOf(events: ProcessEvent[]): Cause[] {
  const causes: Cause[] = []
  /** Time of the start that followed the event. */
  let nextStart: number | null = null
  /** The end that a signal by hand has already been linked to. Of several signals, the last one counts. */
  let signalled: Cause | undefined
  /** The pause to come is over. */
  let isResumed = false
  for (const [index, event] of events.entries()) {
    const last = causes.at(-1)
    if (event.type === 'start') {
      const end = causes.findLast(({ kind }) => kind !== 'pause')
      if (end?.run === event.run) end.from = event.time
      nextStart = event.time
      if (leadsToStart(events[index + 1])) continue
      return [...causes, linkOf('start', event, null)]
    }
    if (event.type === 'signal' && event.cause && last && last !== signalled && mayHaveEnded(event, last)) {
      last.message = describe.causeAfter(last.message, event.cause)
      signalled = last
    }
    if (event.type === 'resume' || event.type === 'pause') {
      const isOver = isResumed
      isResumed = event.type === 'resume'
      if (isOver) continue
    }
    const kind = kindOf(event)
    if (!kind) continue
    const link = linkOf(kind, event, nextStart)
    if (last && isAlike(last, link)) {
      last.times++
      last.since = link.time
      continue
    }
    causes.push(link)
    if (kind === 'stop' || link.cause?.type === 'restart') return causes
  }
  return causes
}

/** ms after a signal in which an end may be its effect. */
const SOON = 10_000

/** Whether a signal that was sent by hand may have caused an end. */
function mayHaveEnded({ run, time }: ProcessEvent, end: Cause): boolean {
  return end.kind === 'crash' && end.run === run && end.time - time <= SOON
}

/** Whether a start belongs to the event before it: a failure that is followed by another attempt, or a restart. */
function leadsToStart(before: ProcessEvent | undefined): boolean {
  return before?.type === 'restart' || (before?.type === 'crash' && before.delay !== undefined)
}

function kindOf({ type }: ProcessEvent): Cause['kind'] | undefined {
  return KINDS.find((kind) => kind === type)
}

function linkOf(kind: Cause['kind'], event: ProcessEvent, until: number | null): Cause {
  const { time, run, cause = null } = event
  return { kind, time, run, message: sentence(event), cause, times: 1, since: time, from: null, until }
}

/** 'gave up' without the failure, because that is the next link. */
function sentence({ type, cause, message }: ProcessEvent): string {
  if (cause) return describe.cause(cause)
  return type === 'start' || type === 'stop' ? '' : message
}

/** Whether both are the same failure, however long the runs lasted. */
function isAlike(one: Cause, other: Cause): boolean {
  if (one.kind !== 'crash' || other.kind !== 'crash') return false
  const plain = ({ cause, message }: Cause) => JSON.stringify(cause ? { ...cause, lasted: undefined } : message)
  return plain(one) === plain(other)
}
