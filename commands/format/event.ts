import type { ProcessEvent, ProcessEventType } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import { dateTime } from './units.ts'
import { padEnd, widest, widthOf } from './width.ts'

const COLORS: Partial<Record<ProcessEventType, Color>> = {
  ready: 'green',
  crash: 'red',
  error: 'red',
  restart: 'yellow',
  health: 'yellow',
  pause: 'magenta',
  signal: 'yellow',
  warning: 'yellow',
}
/** Shown as the name for events that are about no process. */
const SUPERVISOR = 'supervisor'
const TYPE_WIDTH = widthOf('release')

/** One event on one line: time, name, type, message. `width` is that of the name column. */
export function eventLine(
  { time, name, type, message }: ProcessEvent,
  options: { paint: Paint; width: number },
): string {
  const { paint, width } = options
  const who = name === '' ? padEnd(paint('dim', SUPERVISOR), width) : padEnd(paint('bold', name), width)
  const kind = padEnd(paint(COLORS[type] ?? 'gray', type), TYPE_WIDTH)
  return [paint('gray', dateTime(time)), who, kind, printable(message, false)].join('  ')
}

/** Width of the name column for these processes and for events of the supervisor. */
export function nameWidth(names: string[]): number {
  return widest([SUPERVISOR, ...names])
}
