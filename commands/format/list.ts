import type { ProcessState } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { lookOf, statusText } from './status.ts'
import { boxTable, type Column, plainTable } from './table.ts'
import { duration, memory, percent } from './units.ts'

/** A column of the table and what stands in it. */
interface ListColumn extends Column {
  cell(state: ProcessState, now: number): string
  paintCell?(text: string, state: ProcessState, paint: Paint): string
  /** Only shown where a process has something to say in it. */
  isWanted?(state: ProcessState): boolean
}

const COLUMNS: ListColumn[] = [
  { title: 'name', cell: ({ name }) => name, paintCell: (text, _, paint) => paint('bold', text) },
  { title: 'group', cell: ({ group }) => group ?? '-' },
  { title: 'status', cell: statusText, paintCell: (text, state, paint) => paint(lookOf(state).color, text) },
  { title: 'pid', align: 'right', cell: ({ pid }) => optional(pid, String) },
  { title: 'uptime', align: 'right', cell: ({ pid, uptime }) => (pid === null ? '-' : duration(uptime)) },
  { title: 'restarts', align: 'right', cell: ({ restarts }) => String(restarts) },
  { title: 'cpu', align: 'right', cell: ({ cpu }) => optional(cpu, percent) },
  { title: 'memory', align: 'right', cell: (state) => optional(state.memory, memory) },
  { title: 'port', align: 'right', cell: ({ port }) => optional(port, String), isWanted: ({ port }) => port !== null },
  { title: 'watch', cell: ({ watch }) => (watch ? 'yes' : '-'), isWanted: ({ watch }) => watch },
]

export interface ListOptions {
  paint: Paint
  /** Epoch ms. */
  now: number
  /** Columns of the terminal; absent: not a terminal, so no borders. */
  width?: number | undefined
}

/** The processes as a table, one a row. */
export async function listTable(states: ProcessState[], { paint, now, width }: ListOptions): Promise<string> {
  const columns = COLUMNS.filter(({ isWanted }) => !isWanted || states.some(isWanted))
  const rows = states.map((state) =>
    columns.map(({ cell, paintCell }) => {
      const text = cell(state, now)
      return paintCell ? paintCell(text, state, paint) : text
    }),
  )
  const table = { columns, rows, paint }
  return width === undefined ? plainTable(table) : await boxTable({ ...table, width })
}

function optional(value: number | null, format: (value: number) => string): string {
  return value === null ? '-' : format(value)
}
