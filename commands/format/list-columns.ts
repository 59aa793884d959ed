import type { ProcessState, SupervisorInfo } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { lookOf, statusText } from './status.ts'
import type { Symbols } from './symbols.ts'
import { duration, memory, percent } from './units.ts'

/** A column of the list. */
export interface ListColumn {
  title: ColumnName
  align?: 'right'
  cell(state: ProcessState, now: number): string
  paintCell?(text: string, state: ProcessState, paint: Paint): string
  /** Shows the column only if this is true for some process. Absent: always shown. */
  isWanted?(state: ProcessState): boolean
  /** Only shown if the user asks for it. */
  isExtra?: boolean
  /** If a terminal has no room for all columns, those with the smallest number are left out first. Absent: never left out. */
  keep?: number
  /** Minimum width at which the column is useful. Absent: its full width. */
  least?: number
}

const NAMES = [
  'name',
  'host',
  'folder',
  'group',
  'status',
  'pid',
  'uptime',
  'restarts',
  'cpu',
  'memory',
  'port',
  'url',
  'watch',
] as const
const EXTRA = ['health', 'reason'] as const
export type ColumnName = (typeof NAMES)[number] | (typeof EXTRA)[number]
export const COLUMN_NAMES: readonly ColumnName[] = [...NAMES, ...EXTRA]

export interface ListOptions {
  paint: Paint
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Width of the terminal. Absent: not a terminal. */
  width?: number | undefined
  /** Columns that the user asked for. Absent: every column with something to show. */
  columns?: ColumnName[] | undefined
  /** The user asked for an order, so processes are not grouped. */
  isSorted?: boolean
  /** Shown above the list. Null: no supervisor is running. Absent: not shown. */
  supervisor?: SupervisorInfo | null | undefined
}

const LIST_COLUMNS: ListColumn[] = [
  { title: 'name', least: 16, cell: ({ name }) => name, paintCell: (text, _, paint) => paint('bold', text) },
  {
    title: 'host',
    keep: 9,
    least: 8,
    cell: ({ host }) => printable(host ?? 'local', false),
    isWanted: ({ host }) => host !== undefined,
  },
  {
    title: 'folder',
    keep: 1,
    least: 12,
    cell: ({ folder }) => printable(folder ?? '-', false),
    isWanted: ({ folder }) => folder !== undefined,
  },
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
  {
    title: 'url',
    keep: 0,
    cell: ({ url }) => url ?? '-',
    isWanted: ({ url }) => url !== undefined,
  },
  {
    title: 'watch',
    keep: 1,
    cell: ({ watch, suspendedBy }) => (watch ? (suspendedBy ? 'suspended' : 'yes') : '-'),
    isWanted: ({ watch }) => watch,
  },
  { title: 'health', isExtra: true, cell: ({ health }) => health ?? '-' },
  {
    title: 'reason',
    isExtra: true,
    least: 12,
    cell: ({ reason }) => printable(reason.split('\n')[0] ?? '', false) || '-',
  },
]

/** The columns that the user asked for, in that order, or else every column with something to show. */
export function columnsFor(states: ProcessState[], names?: ColumnName[]): ListColumn[] {
  if (names) return names.flatMap((name) => LIST_COLUMNS.filter(({ title }) => title === name))
  return LIST_COLUMNS.filter(({ isWanted, isExtra }) => !isExtra && (!isWanted || states.some(isWanted)))
}

function optional(value: number | null, format: (value: number) => string): string {
  return value === null ? '-' : format(value)
}
