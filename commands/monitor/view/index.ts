import type { ProcessLog, ProcessState } from '../../../src/index.ts'
import type { Symbols } from '../../format/symbols.ts'
import { widest } from '../../format/width.ts'
import type { History } from '../history.ts'
import { itemsOf } from '../items.ts'
import { logRow } from './logs.ts'
import { type Place, placesIn } from './places.ts'
import { processRows } from './processes.ts'
import { beside, clip, fill, type Row, span } from './span.ts'

/** What a monitor knows about some processes at one moment. */
export interface MonitorSnapshot {
  processes: readonly ProcessState[]
  history: History
  /** The last lines, oldest first. */
  logs: readonly ProcessLog[]
  /** Epoch ms. */
  now: number
}

/** What is shown next to or below the processes. */
export interface Pane {
  title: Row
  rows: Row[]
}

export interface MonitorOptions {
  /** Available columns. */
  width: number
  /** Number of rows. Absent: as many as needed. */
  height?: number
  symbols: Symbols
  /** Show cpu and memory. */
  showStats: boolean
  /** Show the log or the pane. */
  showLogs: boolean
  /** Groups whose members are hidden. */
  folded?: ReadonlySet<string>
  /** Key of the selected item. */
  selected?: string
  /** Replaces the log. It is called with the available space. */
  pane?: (place: Place) => Pane
  /** The user reads the pane: if it is below the processes, they get few rows. */
  paneFirst?: boolean
  /** Shown below the processes on a wide screen, if all of it fits. */
  below?: (width: number) => Row[]
}

const NONE: ReadonlySet<string> = new Set()
const LONGEST_NAME = 16
const SHORTEST_NAME = 8
/** Rows for the title, the selected item and its neighbours. */
const FEW = 4

/** Processes and their log as rows of styled text: side by side if there is room, else one below the other. */
export function monitorView(snapshot: MonitorSnapshot, options: MonitorOptions): Row[] {
  const { width, height, showStats, showLogs, selected, symbols, folded = NONE } = options
  const { history, now } = snapshot
  const items = itemsOf(snapshot.processes, folded)
  const list = (place: Place) =>
    processRows(items, { width: place.width, height: place.height, history, now, symbols, showStats, selected })
  if (!showLogs) return height === undefined ? list({ width }) : fill(list({ width, height }), height)

  const places = placesIn(width, height, options.paneFirst ? Math.min(FEW, items.length + 1) : items.length + 1)
  const { title, rows } = (options.pane ?? ((place) => logPane(snapshot, place)))(places.pane)
  const pane = [clip(title, places.pane.width), ...rows]
  if (places.areBeside) {
    const right = fill(pane, places.pane.height ?? pane.length)
    return beside(
      leftSide(list(places.list), places.list, options),
      right,
      places.list.width,
      span(` ${symbols.bar} `, { color: 'gray' }),
    )
  }
  const rule = [span(symbols.rule.repeat(width), { color: 'gray' })]
  const above = list(places.list)
  if (height === undefined) return [...above, ...(rows.length > 0 ? [rule, ...rows] : [])]
  return fill([...fill(above, places.list.height ?? above.length), rule, ...pane], height)
}

function leftSide(list: Row[], { width, height = 0 }: Place, { below, symbols }: MonitorOptions): Row[] {
  const rows = below?.(width) ?? []
  if (rows.length === 0 || list.length + 1 + rows.length > height) return list
  return [...list, [span(symbols.rule.repeat(width), { color: 'gray' })], ...rows]
}

function logPane({ logs, processes }: MonitorSnapshot, { width, height }: Place): Pane {
  const shown = height === undefined ? logs : logs.slice(-Math.max(0, height - 1))
  const nameWidth = nameWidthOf(
    processes.map(({ name }) => name),
    width,
  )
  return { title: [span('LOG', { bold: true })], rows: shown.map((log) => logRow(log, { width, nameWidth })) }
}

/** Width of the name before a log line. 0: there is only one process, so no name is needed. */
export function nameWidthOf(names: readonly string[], width: number): number {
  if (names.length < 2) return 0
  const most = Math.min(LONGEST_NAME, Math.max(SHORTEST_NAME, Math.floor(width / 4)))
  return Math.min(most, widest(names))
}
