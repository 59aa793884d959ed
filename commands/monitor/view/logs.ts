import type { ProcessLog } from '../../../src/index.ts'
import { colorOfName, LEVEL_COLORS } from '../../format/log.ts'
import { printable } from '../../format/printable.ts'
import { dateTime } from '../../format/units.ts'
import { spansOf } from './sgr.ts'
import { clip, type Row, type Span, sized, span, styleOf, textOf } from './span.ts'

export interface LogRowOptions {
  width: number
  /** Width of the name before the line; 0: no name. */
  nameWidth: number
  /** Matches are highlighted. */
  search?: RegExp | undefined
}

/** Characters of a line that are looked at; a screen shows no more, colours included. */
const LOOKED_AT = 4000
/** Minimum width for showing the time. */
const WIDE = 56

/** One log line as one row, in the colour of its level unless the process coloured it itself. */
export function logRow(log: ProcessLog, { width, nameWidth, search }: LogRowOptions): Row {
  const time = width >= WIDE ? [span(`${dateTime(log.timestamp.getTime()).slice(11)} `, { color: 'gray' })] : []
  const name = nameWidth > 0 ? [...sized([span(log.name, styleOf(colorOfName(log.name)))], nameWidth), span(' ')] : []
  const message = messageRow(log)
  return clip([...time, ...name, ...(search ? message.flatMap((piece) => marked(piece, search)) : message)], width)
}

function messageRow({ message, level, source }: ProcessLog): Row {
  const text = printable(message.slice(0, LOOKED_AT), true).replaceAll('\t', '    ')
  const color = LEVEL_COLORS[level] ?? (source === 'system' ? 'dim' : undefined)
  const style = color ? styleOf(color) : {}
  if (source === 'system') return [span(`-- ${textOf(spansOf(text))} --`, style)]
  return spansOf(text).map((piece) => (piece.sgr ? piece : { ...piece, ...style }))
}

/** Highlights matches of `search`, which has the flag `g`. */
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
