import type { LogLevel, ProcessLog } from '../../../src/index.ts'
import { colorOfName } from '../../format/log.ts'
import { printable } from '../../format/printable.ts'
import { dateTime } from '../../format/units.ts'
import { spansOf } from './sgr.ts'
import { clip, type Row, type Span, type Style, sized, span, styleOf, textOf } from './span.ts'

export interface LogRowOptions {
  width: number
  /** Columns for the name in front; 0: none. */
  nameWidth: number
  /** What is searched for is marked. */
  search?: RegExp | undefined
}

/** Of a longer line the beginning is all that a screen can show, colours included. */
const LOOKED_AT = 4000
/** From this width on there is room for the time. */
const WIDE = 56

const LEVELS: Record<LogLevel, Style> = {
  debug: { dim: true },
  info: {},
  warn: { color: 'yellow' },
  error: { color: 'red' },
}

/** One line of a log as one row. The level colours it where the process has not done so itself. */
export function logRow(log: ProcessLog, { width, nameWidth, search }: LogRowOptions): Row {
  const time = width >= WIDE ? [span(`${dateTime(log.timestamp.getTime()).slice(11)} `, { color: 'gray' })] : []
  const name = nameWidth > 0 ? [...sized([span(log.name, styleOf(colorOfName(log.name)))], nameWidth), span(' ')] : []
  const message = messageRow(log)
  return clip([...time, ...name, ...(search ? message.flatMap((piece) => marked(piece, search)) : message)], width)
}

function messageRow({ message, level, source }: ProcessLog): Row {
  const text = printable(message.slice(0, LOOKED_AT), true).replaceAll('\t', '    ')
  if (source === 'system') return [span(`-- ${textOf(spansOf(text))} --`, { ...LEVELS[level], dim: level === 'info' })]
  return spansOf(text).map((piece) => (piece.sgr ? piece : { ...piece, ...LEVELS[level] }))
}

/** `search` has the flag `g`. */
function marked(piece: Span, search: RegExp): Row {
  const row: Row = []
  let from = 0
  for (const { 0: found, index } of piece.text.matchAll(search)) {
    if (found === '') continue
    if (index > from) row.push({ ...piece, text: piece.text.slice(from, index) })
    row.push({ ...piece, text: found, inverse: true })
    from = index + found.length
  }
  return from < piece.text.length ? [...row, { ...piece, text: piece.text.slice(from) }] : row
}
