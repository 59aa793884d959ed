import { stripVTControlCharacters } from 'node:util'
import type { ProcessLog } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'

const PREFIX_COLORS: readonly Color[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

export interface LogLineOptions {
  paint: Paint
  /** Keep the colours that the child wrote (default false). */
  keepColors?: boolean
  /** Put the name in front, padded to this width. */
  prefixWidth?: number | undefined
}

/** One line of a log. The supervisor's own words stand between dashes, so that nobody takes them for the process's. */
export function logLine(log: ProcessLog, { paint, keepColors = false, prefixWidth }: LogLineOptions): string {
  const message = keepColors ? log.message : stripVTControlCharacters(log.message)
  const text = log.source === 'system' ? paint('dim', `-- ${message} --`) : message
  if (prefixWidth === undefined) return text
  return `${paint(colorOf(log.name), `${log.name.padEnd(prefixWidth)} |`)} ${text}`
}

/** The same colour for the same name, in every command and every run. */
function colorOf(name: string): Color {
  let hash = 0
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0
  return PREFIX_COLORS[hash % PREFIX_COLORS.length] ?? 'cyan'
}
