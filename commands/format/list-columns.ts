import type { ProcessState } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import type { Column } from './table.ts'
import { duration, memory, percent } from './units.ts'

/** A column of the list and what stands in it. */
export interface ListColumn extends Column {
  title: ColumnName
  cell(state: ProcessState, now: number): string
  paintCell?(text: string, state: ProcessState, paint: Paint): string
  /** Only shown where a process has something to say in it; absent: always. */
  isWanted?(state: ProcessState): boolean
  /** Only shown where it is asked for. */
  isExtra?: boolean
  /** Where a terminal has no room for all, smaller ones go first; absent: it stays. */
  keep?: number
  /** Characters without which a narrow terminal had better leave it out; absent: all of them. */
  least?: number
}

const NAMES = ['name', 'group', 'status', 'pid', 'uptime', 'restarts', 'cpu', 'memory', 'port', 'watch'] as const
const EXTRA = ['health', 'reason'] as const
export type ColumnName = (typeof NAMES)[number] | (typeof EXTRA)[number]
export const COLUMN_NAMES: readonly ColumnName[] = [...NAMES, ...EXTRA]

export const LIST_COLUMNS: ListColumn[] = [
  { title: 'name', least: 16, cell: ({ name }) => name, paintCell: (text, _, paint) => paint('bold', text) },
  { title: 'group', keep: 2, least: 8, cell: ({ group }) => group ?? '-' },
  { title: 'status', least: 24, cell: statusText, paintCell: (text, state, paint) => paint(lookOf(state).color, text) },
  { title: 'pid', align: 'right', keep: 3, cell: ({ pid }) => optional(pid, String) },
  { title: 'uptime', align: 'right', keep: 8, cell: ({ pid, uptime }) => (pid === null ? '-' : duration(uptime)) },
  {
    title: 'restarts',
    align: 'right',
    keep: 5,
    cell: ({ restarts }) => String(restarts),
    paintCell: (text, { restarts }, paint) => (restarts > 0 ? paint('yellow', text) : text),
  },
  { title: 'cpu', align: 'right', keep: 6, cell: ({ cpu }) => optional(cpu, percent) },
  { title: 'memory', align: 'right', keep: 7, cell: (state) => optional(state.memory, memory) },
  {
    title: 'port',
    align: 'right',
    keep: 4,
    cell: ({ port }) => optional(port, String),
    isWanted: ({ port }) => port !== null,
  },
  { title: 'watch', keep: 1, cell: ({ watch }) => (watch ? 'yes' : '-'), isWanted: ({ watch }) => watch },
  { title: 'health', isExtra: true, cell: ({ health }) => health ?? '-' },
  {
    title: 'reason',
    isExtra: true,
    least: 12,
    cell: ({ reason }) => printable(reason.split('\n')[0] ?? '', false) || '-',
  },
]

/** The columns that were asked for, in that order, or those that say something. */
export function columnsFor(states: ProcessState[], names?: ColumnName[]): ListColumn[] {
  if (names) return names.flatMap((name) => LIST_COLUMNS.filter(({ title }) => title === name))
  return LIST_COLUMNS.filter(({ isWanted, isExtra }) => !isExtra && (!isWanted || states.some(isWanted)))
}

function optional(value: number | null, format: (value: number) => string): string {
  return value === null ? '-' : format(value)
}
