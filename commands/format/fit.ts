import { widthOf } from './width.ts'

/** A column that has to fit into a terminal together with others. */
export interface FitColumn {
  /** Width of its widest cell, title included. */
  width: number
  /** Minimum width at which the column is useful. */
  least: number
  /** If there is no room for all columns, those with the smallest number are left out first. Absent: never left out. */
  keep?: number | undefined
}

/** Blanks between two columns. */
const GAP = 2

/**
 * The width of each column, so that all of them fit into `room`. Null: the column is left out. Room that remains after every
 * column has its minimum is given to the first columns first.
 */
export function fitWidths(columns: FitColumn[], room: number): (number | null)[] {
  const kept = new Set(columns)
  const needed = (of: (column: FitColumn) => number) =>
    [...kept].reduce((sum, column) => sum + of(column), 0) + GAP * (kept.size - 1)
  const dispensable = columns.filter(({ keep }) => keep !== undefined).sort((a, b) => (a.keep ?? 0) - (b.keep ?? 0))
  for (const column of dispensable) {
    if (needed(({ least }) => least) <= room) break
    kept.delete(column)
  }
  // If there is not even one character for each column, the last columns are left out.
  for (const column of columns.toReversed()) if (kept.size > 1 && needed(() => 1) > room) kept.delete(column)
  const widths = new Map([...kept].map((column) => [column, column.least]))
  let spare = room - needed(({ least }) => least)
  for (const column of kept) {
    const more = Math.min(Math.max(0, spare), column.width - column.least)
    widths.set(column, column.least + more)
    spare -= more
  }
  for (; spare < 0; spare++) narrowWidest(widths)
  return columns.map((column) => widths.get(column) ?? null)
}

function narrowWidest(widths: Map<FitColumn, number>): void {
  const [column, width] = [...widths].reduce((widest, entry) => (entry[1] > widest[1] ? entry : widest))
  widths.set(column, Math.max(1, width - 1))
}

/** The first parts, as many as fit into one line. */
export function fitParts(parts: string[], separator: string, room: number): string[] {
  let length = 0
  const fitting = parts.findIndex((part, index) => {
    length += widthOf(part) + (index === 0 ? 0 : widthOf(separator))
    return length > room
  })
  return fitting === -1 ? parts : parts.slice(0, fitting)
}
