import { type Row, rowWidth, sized, span } from './span.ts'

export interface Cell {
  row: Row
  align?: 'right'
}

const GAP = 2

/** Joins cells into a row, each as wide as its column. */
export function joinCells(cells: readonly Cell[], widths: readonly number[]): Row {
  return cells.flatMap((cell, index) => {
    const width = widths[index] ?? 0
    const gap = index === 0 ? [] : [span(' '.repeat(GAP))]
    return [...gap, ...aligned(cell, width)]
  })
}

/** Total width of columns of these widths, gaps included. */
export function joinedWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1)
}

function aligned({ row, align }: Cell, width: number): Row {
  const missing = width - rowWidth(row)
  return align === 'right' && missing > 0 ? [span(' '.repeat(missing)), ...row] : sized(row, width)
}
