import type { ProcessEvent, ProcessEventType } from '../../src/index.ts'
import type { Color, Paint } from './color.ts'
import { printable } from './printable.ts'
import { dateTime } from './units.ts'

const COLORS: Partial<Record<ProcessEventType, Color>> = {
  ready: 'green',
  crash: 'red',
  error: 'red',
  restart: 'yellow',
  health: 'yellow',
  signal: 'yellow',
  warning: 'yellow',
}
/** What events without a process's name are about. */
const SUPERVISOR = 'supervisor'
const TYPE_WIDTH = 'release'.length

/** One event: when, what, what kind, why. `width`: of the column of names. */
export function eventLine(
  { time, name, type, message }: ProcessEvent,
  options: { paint: Paint; width: number },
): string {
  const { paint, width } = options
  const who = name === '' ? paint('dim', SUPERVISOR.padEnd(width)) : paint('bold', name.padEnd(width))
  const kind = paint(COLORS[type] ?? 'gray', type.padEnd(TYPE_WIDTH))
  return [paint('gray', dateTime(time)), who, kind, printable(message, false)].join('  ')
}

/** Of the column of names for these processes; wide enough for the supervisor's own events. */
export function nameWidth(names: string[]): number {
  return Math.max(SUPERVISOR.length, ...names.map(({ length }) => length))
}
