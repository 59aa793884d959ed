import { merged, type Row, type Span, type Style, textOf } from './span.ts'

const COLORS = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, gray: 90 } as const
const SGR = /\x1b\[([\d;:]*)m/

/** Parses a line with colour codes into spans. It must not contain other escape sequences. */
export function spansOf(line: string): Row {
  if (!line.includes('\x1b')) return line === '' ? [] : [{ text: line }]
  const row: Row = []
  let sgr = ''
  line.split(SGR).forEach((part, index) => {
    if (index % 2 === 1) sgr = after(sgr, part)
    else if (part !== '') row.push(sgr === '' ? { text: part } : { text: part, sgr })
  })
  return row
}

/** The active parameters after another sequence. A reset at its beginning discards the earlier ones. */
function after(sgr: string, parameters: string): string {
  if (/^0*$/.test(parameters)) return ''
  if (/^0+;/.test(parameters)) return parameters.replace(/^0+;/, '')
  return sgr === '' ? parameters : `${sgr};${parameters}`
}

/** A row as text with colour codes, or as plain text if `color` is off. */
export function terminalLine(row: Row, color: boolean): string {
  return color ? merged(row).map(colored).join('') : textOf(row)
}

function colored(piece: Span): string {
  const parameters = parametersOf(piece)
  return parameters === '' ? piece.text : `\x1b[${parameters}m${piece.text}\x1b[0m`
}

function parametersOf({ color, bold, dim, inverse, sgr }: Style): string {
  const parameters: (string | number)[] = []
  if (sgr) parameters.push(sgr)
  if (bold) parameters.push(1)
  if (dim) parameters.push(2)
  if (inverse) parameters.push(7)
  if (color) parameters.push(COLORS[color])
  return parameters.join(';')
}
