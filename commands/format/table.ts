import type { Paint } from './color.ts'
import { widthOf } from './printable.ts'

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
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))))
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, index))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')

  function pad(cell: string, index: number): string {
    const space = ' '.repeat((widths[index] ?? 0) - widthOf(cell))
    return columns[index]?.align === 'right' ? space + cell : cell + space
  }
}
