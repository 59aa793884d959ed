import type { Item } from '../items.ts'
import { type Cell, joinCells } from './cells.ts'
import type { CellOptions } from './columns.ts'
import { layout } from './layout.ts'
import { clip, type Row, sized, span } from './span.ts'

export interface ProcessRowsOptions extends CellOptions {
  /** Available columns. */
  width: number
  /** Show cpu and memory. */
  showStats: boolean
  /** Maximum number of rows. Absent: unlimited. */
  height?: number | undefined
}

/** A row of titles, then a row per item. If there is no room for all, the items around the selected one are shown. */
export function processRows(items: readonly Item[], options: ProcessRowsOptions): Row[] {
  const { width } = options
  const { columns, widths } = layout(items, options)
  const { first, count } = visible(items, options)
  const titles = columns.map(({ title, align }): Cell => cellOf([span(title.toUpperCase(), { bold: true })], align))
  titles[0]?.row.push(...hidden(first, items.length - first - count, options))
  const rows = items.slice(first, first + count).map((item) => {
    const cells = columns.map(({ cell, align }, index) => cellOf(cell(item, widths[index] ?? 0, options), align))
    const row = clip(joinCells(cells, widths), width)
    return item.key === options.selected ? asSelected(sized(row, width)) : row
  })
  return [clip(joinCells(titles, widths), width), ...rows]
}

function visible(items: readonly Item[], { height, selected }: ProcessRowsOptions): { first: number; count: number } {
  const room = height === undefined ? items.length : Math.max(0, height - 1)
  const middle = items.findIndex(({ key }) => key === selected) - Math.floor(room / 2)
  const first = Math.max(0, Math.min(middle, items.length - room))
  return { first, count: Math.min(room, items.length - first) }
}

/** The number of items above and below the visible ones. */
function hidden(above: number, below: number, { symbols }: ProcessRowsOptions): Row {
  const sides = [...(above > 0 ? [`${symbols.above}${above}`] : []), ...(below > 0 ? [`${symbols.below}${below}`] : [])]
  return sides.length > 0 ? [span(` ${sides.join(' ')}`, { color: 'yellow' })] : []
}

/** The selected row as one inverse bar, without colours of its own. */
function asSelected(row: Row): Row {
  return row.map(({ text, bold = false }) => span(text, { bold, inverse: true }))
}

function cellOf(row: Row, align: 'right' | undefined): Cell {
  return align ? { row, align } : { row }
}
