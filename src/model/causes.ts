import type { ProcessEvent, ProcessEventType } from './events.ts'

/** One link of the chain that led to what a process is now. */
export interface Cause {
  kind: 'start' | 'restart' | 'crash' | 'exit' | 'stop' | 'error'
  /** Epoch ms; of several alike, of the last. */
  time: number
  /** The run that began or ended so. */
  run: number
  /** 'src/a.ts changed', 'exited with 1 after 3.2 s'; empty for a start that nothing led to but an order. */
  message: string
  /** How often it happened in a row, for the first time at `since` (epoch ms). */
  times: number
  since: number
  /** Epoch ms between which the run wrote what it wrote; null where an event of that has been given up, or is to come. */
  from: number | null
  until: number | null
}

/** The events that causes are made of. */
export const TELLING: ProcessEventType[] = ['start', 'restart', 'crash', 'exit', 'stop', 'error', 'signal']

/**
 * What led to a process's present state, last first, at most `most` links: automatic restarts and the ends before them,
 * back to the last order by hand.
 *
 * @param events of this process, last first
 */
export function causesOf(events: ProcessEvent[], most: number): Cause[] {
  const causes: Cause[] = []
  /** The start that came after what is looked at. */
  let nextStart: number | null = null
  for (const [index, event] of events.entries()) {
    const last = causes.at(-1)
    if (event.type === 'start') {
      if (last?.run === event.run) last.from ??= event.time
      nextStart = event.time
      if (leadsToStart(events[index + 1])) continue
      return [...causes, linkOf('start', event, '', null)].slice(0, most)
    }
    if (event.type === 'signal') {
      if (last && endedBy(event, last)) last.message += `, after ${event.message}`
      continue
    }
    const cause = causeOf(event, nextStart)
    if (!cause) continue
    if (last && isAlike(last, cause)) {
      last.times++
      last.since = cause.time
      continue
    }
    if (causes.length === most) return causes
    causes.push(cause)
    if (cause.kind === 'stop' || (cause.kind === 'restart' && cause.message === BY_HAND)) return causes
  }
  return causes
}

/** ms after which an end has little to do with a signal that was sent before it. */
const SOON = 10_000

/** Whether a signal that was sent by hand may have led to an end. The last one before it: no other is told yet. */
function endedBy({ run, time }: ProcessEvent, end: Cause): boolean {
  return end.kind === 'crash' && end.run === run && end.time - time <= SOON && !end.message.includes(', after SIG')
}

const BY_HAND = 'asked for'

/** Of an end that is followed by another try, and of a restart, the start after it is a part. */
function leadsToStart(before: ProcessEvent | undefined): boolean {
  return before?.type === 'restart' || (before?.type === 'crash' && before.delay !== undefined)
}

function causeOf(event: ProcessEvent, until: number | null): Cause | undefined {
  const { type, message } = event
  switch (type) {
    case 'restart':
      return linkOf('restart', event, message.replace(/^restarting: /, ''), until)
    case 'crash':
      return linkOf('crash', event, message.replace(/, next try .*$/, ''), until)
    case 'exit':
      return linkOf('exit', event, message, until)
    case 'error':
      // The crash that it names is the next link.
      return linkOf('error', event, message.replace(/^(gave up after [^:]*): .*$/, '$1'), until)
    case 'stop':
      return linkOf('stop', event, message.replace(/^stopped(?:: )?/, ''), until)
    default:
      return undefined
  }
}

function linkOf(kind: Cause['kind'], { time, run }: ProcessEvent, message: string, until: number | null): Cause {
  return { kind, time, run, message, times: 1, since: time, from: null, until }
}

/** The same failure again, however long the run lasted. */
function isAlike(one: Cause, other: Cause): boolean {
  const plain = ({ message }: Cause) => message.replace(/ after [\d.]+ (?:ms|s|min)\b/, '')
  return one.kind === 'crash' && other.kind === 'crash' && plain(one) === plain(other)
}
