import type { ProcessState, Reason } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, saysReason, statusText } from './status.ts'
import { GAP, INDENT, layOut } from './table.ts'
import { dateTime, duration } from './units.ts'
import { widest, wrapped } from './width.ts'

export interface Chain {
  state: ProcessState
  /** Latest first. */
  causes: Reason[]
  /** The command that shows what was recorded of its last crash. Absent: there is nothing. */
  report?: string | undefined
}

interface ChainOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  /** Width of the terminal. Absent: not a terminal, so nothing is wrapped. */
  width?: number | undefined
}

/** The state of a process and, below it, what caused that state: when and why, latest first. */
export function chainText({ state, causes, report }: Chain, { paint, now, width: columns }: ChainOptions): string {
  const moments = causes.map(({ time }) => momentOf(time, now))
  const room = columns === undefined ? undefined : columns - INDENT - widest(moments) - GAP
  const broken = (text: string) => (room === undefined ? [text] : wrapped(text, room))
  const rows = causes.map((cause, index) => {
    const lines = broken(`${index === 0 ? '' : 'before that: '}${sentence(cause, now)}`)
    const error = cause.lastError === null ? [] : broken(printable(cause.lastError, false))
    return [paint('gray', moments[index] ?? ''), [...lines, ...error.map((line) => paint('red', line))].join('\n')]
  })
  const lines = rows.length > 0 ? layOut(rows, { indent: INDENT }) : ['  no cause is recorded']
  const more = report === undefined ? [] : [`  ${paint('gray', `report: ${report}`)}`]
  return [...headline(state, { paint, now, width: columns }), ...lines, ...more].join('\n')
}

function headline(state: ProcessState, { paint, now, width }: ChainOptions): string[] {
  const { name, status, phase, reason, startedAt, uptime } = state
  const text = statusText(state, now)
  const isSaid = saysReason(state) || status === 'restarting'
  const more = reason === '' || isSaid ? '' : `: ${printable(reason, false)}`
  // The run began before the pause.
  const since = startedAt === null || phase === 'paused' ? '' : ` for ${duration(uptime)}`
  const begin = `${name} is ${text}`
  const [first = '', ...rest] = width === undefined ? [begin + since + more] : wrapped(begin + since + more, width)
  // Wrapped before it is painted.
  if (!first.startsWith(begin)) return [first, ...rest]
  return [`${paint('bold', name)} is ${paint(lookOf(state).color, text)}${first.slice(begin.length)}`, ...rest]
}

function sentence({ kind, message, cause, times, since }: Reason, now: number): string {
  const text = printable(message, false)
  const often = times === 1 ? '' : `, ${times} times in a row since ${momentOf(since, now)}`
  switch (kind) {
    case 'start':
      return 'started'
    case 'restart':
      return cause?.type === 'change' ? `restarted because ${text}` : `restarted: ${text}`
    case 'stop':
      return text === '' ? 'stopped' : `stopped, ${text}`
    case 'crash':
    case 'exit':
    case 'pause':
    case 'error':
      return `${text}${often}`
    default:
      return kind satisfies never
  }
}

/** The time to the second, with the date unless it is today. */
function momentOf(time: number, now: number): string {
  const [day, clock = ''] = dateTime(time).split(' ')
  return dateTime(now).startsWith(day ?? '') ? clock : `${day} ${clock}`
}
