import type { ProcessState, Reason } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import { dateTime, duration } from './units.ts'

export interface Chain {
  state: ProcessState
  /** Last first. */
  causes: Reason[]
}

/** What a process is, and below it what led to that, last first: when, and why. */
export function chainText({ state, causes }: Chain, { paint, now }: { paint: Paint; now: number }): string {
  const moments = causes.map(({ time }) => momentOf(time, now))
  const width = Math.max(...moments.map(({ length }) => length))
  const lines = causes.flatMap((cause, index) => {
    const when = paint('gray', (moments[index] ?? '').padEnd(width))
    const said =
      cause.lastError === null ? [] : [`  ${' '.repeat(width)}  ${paint('red', printable(cause.lastError, false))}`]
    return [`  ${when}  ${index === 0 ? '' : 'before that: '}${sentence(cause, now)}`, ...said]
  })
  if (lines.length === 0) lines.push('  nothing is known of what led to that')
  return [headline(state, paint, now), ...lines].join('\n')
}

function headline(state: ProcessState, paint: Paint, now: number): string {
  const { name, status, reason, startedAt, uptime } = state
  const text = statusText(state, now)
  const more = reason === '' || text.includes(reason) || status === 'restarting' ? '' : `: ${printable(reason, false)}`
  const since = startedAt === null ? '' : ` for ${duration(uptime)}`
  return `${paint('bold', name)} is ${paint(lookOf(state).color, text)}${since}${more}`
}

function sentence({ kind, message, times, since }: Reason, now: number): string {
  const text = printable(message, false)
  const often = times === 1 ? '' : `, ${times} times in a row since ${momentOf(since, now)}`
  switch (kind) {
    case 'start':
      return 'started'
    case 'restart':
      return text === 'asked for' ? 'restarted: asked for' : `restarted because ${text}`
    case 'stop':
      return text === '' ? 'stopped' : `stopped, ${text}`
    case 'crash':
    case 'exit':
    case 'error':
      return `${text}${often}`
    default:
      return kind satisfies never
  }
}

/** To the second, with the date where it is another day. */
function momentOf(time: number, now: number): string {
  const [day, clock = ''] = dateTime(time).split(' ')
  return dateTime(now).startsWith(day ?? '') ? clock : `${day} ${clock}`
}
