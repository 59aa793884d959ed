import type { ProcessState } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { lookOf, statusText } from './status.ts'
import { boxTable, type Column, plainTable } from './table.ts'
import { duration, memory, percent } from './units.ts'

const COLUMNS: Column[] = [
  { title: 'name' },
  { title: 'group' },
  { title: 'status' },
  { title: 'pid', align: 'right' },
  { title: 'uptime', align: 'right' },
  { title: 'restarts', align: 'right' },
  { title: 'cpu', align: 'right' },
  { title: 'memory', align: 'right' },
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
  const rows = states.map((state) => row(state, paint, now))
  const table = { columns: COLUMNS, rows, paint }
  return width === undefined ? plainTable(table) : await boxTable({ ...table, width })
}

function row(state: ProcessState, paint: Paint, now: number): string[] {
  return [
    paint('bold', state.name),
    state.group ?? '-',
    paint(lookOf(state.status).color, statusText(state, now)),
    optional(state.pid, String),
    state.pid === null ? '-' : duration(state.uptime),
    String(state.restarts),
    optional(state.cpu, percent),
    optional(state.memory, memory),
  ]
}

function optional(value: number | null, format: (value: number) => string): string {
  return value === null ? '-' : format(value)
}
