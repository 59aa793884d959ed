import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './color.ts'

export interface Column {
  title: string
  align?: 'right'
}

export interface TableOptions {
  columns: Column[]
  /** Cells, already painted. */
  rows: string[][]
  paint: Paint
}

/** Columns aligned by spaces, two between them, nothing else: what a pipe gets. */
export function plainTable({ columns, rows, paint }: TableOptions): string {
  const titles = columns.map((column) => paint('bold', column.title.toUpperCase()))
  const lines = [titles, ...rows]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? ''))))
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, index))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')

  function pad(cell: string, index: number): string {
    const space = ' '.repeat((widths[index] ?? 0) - width(cell))
    return columns[index]?.align === 'right' ? space + cell : cell + space
  }
}

/** A table with borders, for a terminal; plain columns where the terminal is too narrow for it. */
export async function boxTable(options: TableOptions & { width: number }): Promise<string> {
  // Loaded here, not above: it costs more than everything else that a piped list does.
  const { default: Table } = await import('cli-table3')
  const table = new Table({
    head: options.columns.map((column) => options.paint('bold', column.title)),
    colAligns: options.columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], compact: true },
  })
  table.push(...options.rows)
  const text = table.toString()
  return width(text.split('\n')[0] ?? '') > options.width ? plainTable(options) : text
}

function width(text: string): number {
  return stripVTControlCharacters(text).length
}
