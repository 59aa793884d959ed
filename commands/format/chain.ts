import type { ProcessState, Reason } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import { dateTime, duration } from './units.ts'
import { wrapped } from './wrap.ts'

export interface Chain {
  state: ProcessState
  /** Last first. */
  causes: Reason[]
}

interface ChainOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  /** Columns of the terminal; absent: not a terminal, so nothing is wrapped. */
  width?: number | undefined
}

/** What a process is, and below it what led to that, last first: when, and why. */
export function chainText({ state, causes }: Chain, { paint, now, width: columns }: ChainOptions): string {
  const moments = causes.map(({ time }) => momentOf(time, now))
  const width = Math.max(...moments.map(({ length }) => length))
  const before = width + 4
  const broken = (text: string) => (columns === undefined ? [text] : wrapped(text, columns - before))
  const lines = causes.flatMap((cause, index) => {
    const when = paint('gray', (moments[index] ?? '').padEnd(width))
    const said = cause.lastError === null ? [] : broken(printable(cause.lastError, false))
    const [first, ...more] = broken(`${index === 0 ? '' : 'before that: '}${sentence(cause, now)}`)
    const below = [...more, ...said.map((line) => paint('red', line))]
    return [`  ${when}  ${first}`, ...below.map((line) => `${' '.repeat(before)}${line}`)]
  })
  if (lines.length === 0) lines.push('  nothing is known of what led to that')
  return [...headline(state, { paint, now, width: columns }), ...lines].join('\n')
}

function headline(state: ProcessState, { paint, now, width }: ChainOptions): string[] {
  const { name, status, reason, startedAt, uptime } = state
  const text = statusText(state, now)
  const more = reason === '' || text.includes(reason) || status === 'restarting' ? '' : `: ${printable(reason, false)}`
  const since = startedAt === null ? '' : ` for ${duration(uptime)}`
  const begin = `${name} is ${text}`
  const [first = '', ...rest] = width === undefined ? [begin + since + more] : wrapped(begin + since + more, width)
  // Painted when it is broken: what is painted has no width.
  if (!first.startsWith(begin)) return [first, ...rest]
  return [`${paint('bold', name)} is ${paint(lookOf(state).color, text)}${first.slice(begin.length)}`, ...rest]
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
