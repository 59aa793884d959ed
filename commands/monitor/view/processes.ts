import type { ProcessState } from '../../../src/index.ts'
import { lookOf, statusText } from '../../format/status.ts'
import type { Symbols } from '../../format/symbols.ts'
import { duration, memory, percent } from '../../format/units.ts'
import type { History } from '../history.ts'
import { type Item, processesOf } from '../items.ts'
import { type Cell, joinCells, joinedWidth } from './cells.ts'
import { clip, type Row, restyle, rowWidth, sized, span, styleOf } from './span.ts'
import { sparkline } from './sparkline.ts'

export interface ProcessRowsOptions {
  /** Columns of the terminal that there are. */
  width: number
  history: History
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Show cpu and memory. */
  showStats: boolean
  /** Key of the item that is marked. */
  selected?: string | undefined
  /** How many there is room for; absent: all. */
  height?: number | undefined
}

/** A sparkline is at least and at most so wide. */
const SHORTEST_LINE = 6
const LONGEST_LINE = 40
const LOOKS = {
  cpu: { color: 'cyan', scale: { low: 0, spread: 10 } },
  // What matters about memory is whether it grows.
  memory: { color: 'magenta', scale: { spread: 20 } },
} as const

interface Column {
  title: string
  align?: 'right'
  cell(item: Item, width: number, options: ProcessRowsOptions): Row
}

const NAME: Column = { title: 'process', cell: nameCell }
const STATUS: Column = { title: 'status', cell: statusCell }
const CPU: Column = { title: 'cpu', align: 'right', cell: (item) => amount(item, 'cpu', percent) }
const MEMORY: Column = { title: 'memory', align: 'right', cell: (item) => amount(item, 'memory', memory) }
const CPU_LINE: Column = { title: '', cell: (item, width, options) => line(item, 'cpu', width, options) }
const MEMORY_LINE: Column = { title: '', cell: (item, width, options) => line(item, 'memory', width, options) }
const UPTIME: Column = { title: 'uptime', align: 'right', cell: uptimeCell }
const RESTARTS: Column = { title: 'restarts', align: 'right', cell: restartsCell }

/** In the order in which they are given up where it is narrow, the last one first. */
const BY_IMPORTANCE = [NAME, STATUS, CPU, MEMORY, CPU_LINE, MEMORY_LINE, UPTIME, RESTARTS]
const IN_ORDER = [NAME, STATUS, CPU, CPU_LINE, MEMORY, MEMORY_LINE, UPTIME, RESTARTS]
const STATS = new Set([CPU, MEMORY, CPU_LINE, MEMORY_LINE])
const LINES = new Set([CPU_LINE, MEMORY_LINE])

/** A row of titles, then one for each item; where there is no room for all, those around the selected one. */
export function processRows(items: readonly Item[], options: ProcessRowsOptions): Row[] {
  const { columns, widths } = layout(items, options)
  const titles = columns.map(({ title, align }): Cell => cellOf([span(title.toUpperCase(), { bold: true })], align))
  const rows = visible(items, options).map((item) => {
    const cells = columns.map(({ cell, align }, index) => cellOf(cell(item, widths[index] ?? 0, options), align))
    const row = clip(joinCells(cells, widths), options.width)
    return item.key === options.selected ? restyle(sized(row, options.width), { inverse: true }) : row
  })
  return [clip(joinCells(titles, widths), options.width), ...rows]
}

function visible(items: readonly Item[], { height, selected }: ProcessRowsOptions): readonly Item[] {
  if (height === undefined) return items
  const room = Math.max(0, height - 1)
  const middle = items.findIndex(({ key }) => key === selected) - Math.floor(room / 2)
  const first = Math.max(0, Math.min(middle, items.length - room))
  return items.slice(first, first + room)
}

function cellOf(row: Row, align: 'right' | undefined): Cell {
  return align ? { row, align } : { row }
}

function layout(items: readonly Item[], options: ProcessRowsOptions): { columns: Column[]; widths: number[] } {
  const widths = new Map<Column, number>()
  for (const column of BY_IMPORTANCE) {
    if (STATS.has(column) && !options.showStats) continue
    const width = LINES.has(column) ? SHORTEST_LINE : widest(column, items, options)
    if (widths.size >= 2 && joinedWidth([...widths.values(), width]) > options.width) break
    widths.set(column, width)
  }
  const columns = IN_ORDER.filter((column) => widths.has(column))
  stretchLines(columns, widths, options.width - joinedWidth([...widths.values()]))
  return { columns, widths: columns.map((column) => widths.get(column) ?? 0) }
}

/** What is left goes to the sparklines. */
function stretchLines(columns: Column[], widths: Map<Column, number>, left: number): void {
  const lines = columns.filter((column) => LINES.has(column))
  for (const column of lines) {
    widths.set(column, Math.min(LONGEST_LINE, SHORTEST_LINE + Math.max(0, Math.floor(left / lines.length))))
  }
}

function widest(column: Column, items: readonly Item[], options: ProcessRowsOptions): number {
  return Math.max(column.title.length, ...items.map((item) => rowWidth(column.cell(item, 0, options))))
}

function nameCell(item: Item, _width: number, { selected, symbols }: ProcessRowsOptions): Row {
  const mark = span(item.key === selected ? symbols.mark : ' ')
  if (item.kind === 'group') {
    const { group, folded, members } = item
    return [
      mark,
      span(`${folded ? symbols.folded : symbols.open} ${group}`, { bold: true }),
      span(` ${members.length}`, { dim: true }),
    ]
  }
  const { symbol, color } = lookOf(item.state)
  return [mark, span(item.inGroup ? '  ' : ''), span(symbols[symbol], styleOf(color)), span(` ${item.state.name}`)]
}

function statusCell(item: Item, _width: number, { now }: ProcessRowsOptions): Row {
  if (item.kind === 'process') return [span(statusText(item.state, now), styleOf(lookOf(item.state).color))]
  const { members } = item
  const bad = members.filter((state) => lookOf(state).color === 'red').length
  const up = members.filter(({ status }) => status === 'running').length
  const failed = bad > 0 ? [span(`, ${bad} failing`, { color: 'red' })] : []
  return [span(`${up}/${members.length} up`, { dim: true }), ...failed]
}

function amount(item: Item, what: 'cpu' | 'memory', format: (value: number) => string): Row {
  const value = sum(processesOf(item).map((state) => state[what]))
  return value === null ? [span('-', { dim: true })] : [span(format(value), item.kind === 'group' ? { dim: true } : {})]
}

function line(item: Item, what: 'cpu' | 'memory', width: number, { history, symbols }: ProcessRowsOptions): Row {
  const all = processesOf(item).map(({ name }) => history[name]?.[what].slice(-width) ?? [])
  const length = Math.max(0, ...all.map((values) => values.length))
  const values = Array.from({ length }, (_, index) =>
    sum(all.map((samples) => samples[index - length + samples.length] ?? null)),
  )
  const { color, scale } = LOOKS[what]
  return [span(sparkline(values, width, { ...scale, heights: symbols.heights }), { color })]
}

function uptimeCell(item: Item): Row {
  return item.kind === 'process' && item.state.pid !== null ? [span(duration(item.state.uptime))] : []
}

function restartsCell(item: Item): Row {
  const restarts = processesOf(item).reduce((total: number, state: ProcessState) => total + state.restarts, 0)
  return restarts === 0 ? [span('-', { dim: true })] : [span(String(restarts), { color: 'yellow' })]
}

/** Null where there is none. */
function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (value === null ? total : (total ?? 0) + value), null)
}
