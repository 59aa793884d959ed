import type { ProcessState } from '../../../src/index.ts'
import { printable } from '../../format/printable.ts'
import { lookOf, statusText } from '../../format/status.ts'
import type { Symbols } from '../../format/symbols.ts'
import { duration, memory, percent } from '../../format/units.ts'
import { widthOf } from '../../format/width.ts'
import type { History } from '../history.ts'
import { type Item, processesOf } from '../items.ts'
import { type Row, span, styleOf } from './span.ts'
import { sparkline } from './sparkline.ts'

/** What cells show, apart from their item. */
export interface CellOptions {
  history: History
  symbols: Symbols
  /** Epoch ms. */
  now: number
  /** Key of the selected item. */
  selected?: string | undefined
}

const LOOKS = {
  cpu: { color: 'cyan', scale: { low: 0, spread: 10 } },
  // The scale is relative, because what matters about memory is whether it grows.
  memory: { color: 'magenta', scale: { spread: 20 } },
} as const

export interface Column {
  title: string
  /** Width reserved on a screen, so that columns do not jump when a value becomes wider. */
  usual?: number
  align?: 'right'
  cell(item: Item, width: number, options: CellOptions): Row
}

export const NAME: Column = { title: 'process', usual: 17, cell: nameCell }
export const STATUS: Column = { title: 'status', usual: 19, cell: statusCell }
/** Only where processes are on other hosts. */
export const HOST: Column = { title: 'host', usual: 8, cell: hostCell }
export const CPU: Column = { title: 'cpu', usual: 6, align: 'right', cell: (item) => amount(item, 'cpu', percent) }
export const MEMORY: Column = {
  title: 'memory',
  usual: 8,
  align: 'right',
  cell: (item) => amount(item, 'memory', memory),
}
export const CPU_LINE: Column = { title: '', cell: (item, width, options) => line(item, 'cpu', width, options) }
export const MEMORY_LINE: Column = { title: '', cell: (item, width, options) => line(item, 'memory', width, options) }
export const UPTIME: Column = { title: 'uptime', usual: 7, align: 'right', cell: uptimeCell }
export const RESTARTS: Column = { title: 'restarts', align: 'right', cell: restartsCell }

function nameCell(item: Item, _width: number, { selected, symbols }: CellOptions): Row {
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

function statusCell(item: Item, width: number, { now }: CellOptions): Row {
  if (item.kind === 'process') {
    const text = statusText(item.state, now)
    // If there is no room, the number of attempts is left out.
    const shown = width > 0 && widthOf(text) > width ? text.replace(/ \(\d+\/\d+\)$/, '') : text
    return [span(shown, styleOf(lookOf(item.state).color))]
  }
  const { members } = item
  const bad = members.filter((state) => lookOf(state).color === 'red').length
  const up = members.filter(({ status }) => status === 'running').length
  const failed = bad > 0 ? [span(`, ${bad} failing`, { color: 'red' })] : []
  return [span(`${up}/${members.length} up`, { dim: true }), ...failed]
}

function hostCell(item: Item): Row {
  return item.kind === 'process' ? [span(printable(item.state.host ?? '', false))] : []
}

export function hasHost(item: Item): boolean {
  return processesOf(item).some(({ host }) => host !== undefined)
}

function amount(item: Item, what: 'cpu' | 'memory', format: (value: number) => string): Row {
  const value = sum(processesOf(item).map((state) => state[what]))
  return value === null ? [span('-', { dim: true })] : [span(format(value), item.kind === 'group' ? { dim: true } : {})]
}

function line(item: Item, what: 'cpu' | 'memory', width: number, { history, symbols }: CellOptions): Row {
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

/** The sum of the known values. Null: none is known. */
function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (value === null ? total : (total ?? 0) + value), null)
}
