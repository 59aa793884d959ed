import type { Item } from '../items.ts'
import { joinedWidth } from './cells.ts'
import {
  type CellOptions,
  type Column,
  CPU,
  CPU_LINE,
  HOST,
  hasHost,
  MEMORY,
  MEMORY_LINE,
  NAME,
  RESTARTS,
  STATUS,
  UPTIME,
} from './columns.ts'
import { rowWidth } from './span.ts'

export interface LayoutOptions extends CellOptions {
  width: number
  showStats: boolean
  /** Number of rows of a live screen. Absent: it is drawn once. */
  height?: number | undefined
}

/** Columns by importance. On a narrow screen the last ones are left out first. */
const BY_IMPORTANCE = [NAME, STATUS, HOST, CPU, MEMORY, CPU_LINE, UPTIME, RESTARTS, MEMORY_LINE]
const IN_ORDER = [NAME, HOST, STATUS, CPU, CPU_LINE, MEMORY, MEMORY_LINE, UPTIME, RESTARTS]
const STATS = new Set([CPU, MEMORY, CPU_LINE, MEMORY_LINE])
const LINES = new Set([CPU_LINE, MEMORY_LINE])

/** Minimum and maximum width of a sparkline. */
const SHORTEST_LINE = 6
const LONGEST_LINE = 40
/** Columns that are shortened, down to `least`, before CPU and memory are left out. */
const SHORTENED = [
  { column: NAME, least: 17 },
  { column: HOST, least: 10 },
  { column: STATUS, least: 19 },
]

/** The columns that fit, and their widths. */
export function layout(items: readonly Item[], options: LayoutOptions): { columns: Column[]; widths: number[] } {
  const isShown = (column: Column) => (column === HOST ? items.some(hasHost) : options.showStats || !STATS.has(column))
  const candidates = BY_IMPORTANCE.filter(isShown)
  const wanted = new Map(candidates.map((column) => [column, widthOf(column, items, options)]))
  shorten(wanted, options.width)
  const widths = new Map<Column, number>()
  for (const [column, width] of wanted) {
    if (widths.size >= 2 && joinedWidth([...widths.values(), width]) > options.width) break
    widths.set(column, width)
  }
  const columns = IN_ORDER.filter((column) => widths.has(column))
  stretchLines(columns, widths, options.width - joinedWidth([...widths.values()]))
  return { columns, widths: columns.map((column) => widths.get(column) ?? 0) }
}

function shorten(widths: Map<Column, number>, room: number): void {
  const essential = [NAME, STATUS, HOST, CPU, MEMORY].flatMap((column) => widths.get(column) ?? [])
  let missing = joinedWidth(essential) - room
  for (const { column, least } of SHORTENED) {
    const width = widths.get(column)
    if (width === undefined) continue
    const cut = Math.min(Math.max(0, missing), Math.max(0, width - least))
    widths.set(column, width - cut)
    missing -= cut
  }
}

/** Gives the remaining room to the sparklines. */
function stretchLines(columns: Column[], widths: Map<Column, number>, left: number): void {
  const lines = columns.filter((column) => LINES.has(column))
  for (const column of lines) {
    widths.set(column, Math.min(LONGEST_LINE, SHORTEST_LINE + Math.max(0, Math.floor(left / lines.length))))
  }
}

function widthOf(column: Column, items: readonly Item[], options: LayoutOptions): number {
  if (LINES.has(column)) return SHORTEST_LINE
  const usual = options.height === undefined ? 0 : (column.usual ?? 0)
  return Math.max(column.title.length, usual, ...items.map((item) => rowWidth(column.cell(item, 0, options))))
}
