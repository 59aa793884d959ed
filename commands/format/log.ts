import type { ProcessLog } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import { dateTime } from './units.ts'

const PREFIX_COLORS: readonly Color[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

export interface LogLineOptions {
  paint: Paint
  /** Keep the colours that the child wrote (default false). */
  keepColors?: boolean
  /** Put the name in front, padded to this width. */
  prefixWidth?: number | undefined
  /** Put the local time in front. */
  timestamps?: boolean
  /** It is shown for the sake of another line: `:` instead of `|` after the name, and dim. */
  isContext?: boolean
}

/** One line of a log. The supervisor's own words stand between dashes, so that nobody takes them for the process's. */
export function logLine(log: ProcessLog, options: LogLineOptions): string {
  const { paint, keepColors = false, prefixWidth, timestamps = false, isContext = false } = options
  const message = printable(log.message, keepColors && !isContext)
  const text = log.source === 'system' ? `-- ${message} --` : message
  const parts = timestamps ? [paint('gray', timeOf(log))] : []
  if (prefixWidth !== undefined) {
    parts.push(paint(colorOfName(log.name), `${log.name.padEnd(prefixWidth)} ${isContext ? ':' : '|'}`))
  }
  return [...parts, log.source === 'system' || isContext ? paint('dim', text) : text].join(' ')
}

/** `2031-05-04 09:08:07.123` */
function timeOf({ timestamp }: ProcessLog): string {
  return `${dateTime(timestamp.getTime())}.${String(timestamp.getMilliseconds()).padStart(3, '0')}`
}

/** The same colour for the same name, in every command and every run. */
export function colorOfName(name: string): Color {
  let hash = 0
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0
  return PREFIX_COLORS[hash % PREFIX_COLORS.length] ?? 'cyan'
}
