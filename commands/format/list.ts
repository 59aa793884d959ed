import type { ProcessState } from '../../src/index.ts'
import { columnsFor } from './list-columns.ts'
import type { ListOptions } from './list-options.ts'
import { plainTable } from './table.ts'

/** The processes one a line: as a terminal of this width shows them, or as plain columns. */
export async function listText(states: ProcessState[], options: ListOptions): Promise<string> {
  // Loaded here, not above: in a pipe it would cost and do nothing.
  if (options.width !== undefined) return (await import('./list-screen.ts')).listLines(states, options).join('\n')
  const { paint, now } = options
  const columns = columnsFor(states, options.columns)
  const rows = states.map((state) =>
    columns.map(({ cell, paintCell }) => {
      const text = cell(state, now)
      return paintCell ? paintCell(text, state, paint) : text
    }),
  )
  return plainTable({ columns, rows, paint })
}
