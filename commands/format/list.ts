import type { ProcessState } from '../../src/index.ts'
import { columnsFor, type ListColumn, type ListOptions } from './list-columns.ts'

/** The processes, one per line: laid out for a terminal, or as plain columns for a pipe. */
export async function listText(states: ProcessState[], options: ListOptions): Promise<string> {
  const { paint, now, width, columns: names } = options
  // Loaded on demand, to keep `list` fast.
  if (width !== undefined) return (await import('./list-screen.ts')).listLines(states, options).join('\n')
  const columns = columnsFor(states, names)
  const cells = states.map((state) =>
    columns.map(({ cell, paintCell }): Cell => {
      const text = cell(state, now)
      return { text, painted: paintCell ? paintCell(text, state, paint) : text }
    }),
  )
  const titles = columns.map(({ title }): Cell => {
    const text = title.toUpperCase()
    return { text, painted: paint('bold', text) }
  })
  if (names === undefined) return asciiTable([titles, ...cells], columns)
  const rows = cells.map((row) => row.map(({ painted }) => painted))
  return (await import('./table.ts')).tableText({ columns, rows, paint })
}

interface Cell {
  text: string
  painted: string
}

/**
 * A table of the default columns, which only contain ASCII. It does not use `table.ts`, because loading and running that library
 * would add 13 ms to `list`.
 */
function asciiTable(rows: Cell[][], columns: ListColumn[]): string {
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.text.length ?? 0)))
  const cellAt = ({ text, painted }: Cell, index: number) => {
    const space = ' '.repeat((widths[index] ?? 0) - text.length)
    return columns[index]?.align === 'right' ? space + painted : painted + space
  }
  return rows.map((row) => row.map(cellAt).join('  ').trimEnd()).join('\n')
}
