import type { LogLevel, ProcessLog } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import { dateTime } from './units.ts'

const PREFIX_COLORS: readonly Color[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

/** The colours of lines that the process did not colour itself. */
export const LEVEL_COLORS: Partial<Record<LogLevel, Color>> = { debug: 'dim', warn: 'yellow', error: 'red' }

export interface LogLineOptions {
  paint: Paint
  /** Keep the colours that the process wrote (default false). */
  keepColors?: boolean
  /** Put the name before the line, padded to this width. */
  prefixWidth?: number | undefined
  /** Put the local time before the line. */
  timestamps?: boolean
  /** The line is context of a match: it is dim, with `:` instead of `|` after the name. */
  isContext?: boolean
}

/** One line of a log, in the colour of its level unless the process coloured it itself. Lines of the supervisor are put between dashes, to tell them from the output of the process. */
export function logLine(log: ProcessLog, options: LogLineOptions): string {
  const { paint, keepColors = false, prefixWidth, timestamps = false, isContext = false } = options
  const message = printable(log.message, keepColors && !isContext)
  const text = log.source === 'system' ? `-- ${message} --` : message
  const parts = timestamps ? [paint('gray', timeOf(log))] : []
  if (prefixWidth !== undefined) {
    parts.push(paint(colorOfName(log.name), `${log.name.padEnd(prefixWidth)} ${isContext ? ':' : '|'}`))
  }
  const color = isContext ? 'dim' : (LEVEL_COLORS[log.level] ?? (log.source === 'system' ? 'dim' : undefined))
  return [...parts, color === undefined || text.includes('\x1b') ? text : paint(color, text)].join(' ')
}

/** `2031-05-04 09:08:07.123` */
function timeOf({ timestamp }: ProcessLog): string {
  return `${dateTime(timestamp.getTime())}.${String(timestamp.getMilliseconds()).padStart(3, '0')}`
}

/** A colour derived from the name, so that it is the same in every command. */
export function colorOfName(name: string): Color {
  let hash = 0
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0
  return PREFIX_COLORS[hash % PREFIX_COLORS.length] ?? 'cyan'
}
