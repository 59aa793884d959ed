import { symbolsOf } from '../commands/format/symbols.ts'
import { monitorView } from '../commands/monitor/view/index.ts'
import { merged, type Row, type Span } from '../commands/monitor/view/span.ts'
import { plainText } from '../commands/monitor/view/text.ts'
import { feedOf } from './monitor-feed.ts'

export interface ProcessMonitorProps {
  /** Names of processes, or names that several instances share; absent: all. */
  processes?: string[]
  /** ms between looks (default 1000). */
  refreshInterval?: number
  /** Show the last lines of their logs (default false). */
  showLogs?: boolean
  /** Show cpu and memory (default true). */
  showStats?: boolean
  /** Folder of the supervisor's state (default `.tuix`), from the folder that the app is run in. */
  tuixDir?: string
  /** Columns that there are (default: those of the terminal, or 80). */
  width?: number
}

/** What `createProcessMonitor` needs of a host of JSX. */
export interface MonitorHost<Element> {
  /** Makes an element; `vstack`, `hstack` and `text` are the types. */
  jsx(type: string, props: Record<string, unknown>, key?: string): Element
  /** Makes a state that redraws what has read it. Absent: a monitor is one frame. */
  $state?<Value>(initial: Value): { (): Value; $set(value: Value): void }
}

/**
 * Processes with their status and usage as text of several lines: a component for hosts that take text as a child, and
 * something to print. It answers at once with what is known, at first from the disk, and looks again in the background for
 * the next call; that keeps no app alive and starts nothing. Gives a string; hosts have a type of their own for what
 * components give, and many do not count strings, though they render them.
 */
// biome-ignore lint/suspicious/noExplicitAny: no other type is what every host calls an element.
export function ProcessMonitor(props: ProcessMonitorProps = {}): any {
  return plainText(rowsOf(props))
}

/** The same as a component in the host's own elements, in colour, and redrawn as things change. */
export function createProcessMonitor<Element>({
  jsx,
  $state,
}: MonitorHost<Element>): (props?: ProcessMonitorProps) => Element {
  const frame = $state?.(0)
  let frames = 0
  const redraw = frame && (() => frame.$set(++frames))
  return (props = {}) => {
    // Reading it is what makes the host draw again.
    frame?.()
    const rows = rowsOf(props, redraw)
    const children = rows.map((row, index) => elementOf(row, jsx, String(index)))
    return jsx('vstack', { children })
  }
}

function rowsOf(props: ProcessMonitorProps, redraw?: () => void): Row[] {
  const { processes, refreshInterval = 1000, showLogs = false, showStats = true, tuixDir = '.tuix', width } = props
  const snapshot = feedOf({ tuixDir, names: processes, refreshInterval, withLogs: showLogs }, redraw).snapshot()
  if (snapshot.processes.length === 0) return [[{ text: 'no processes yet', dim: true }]]
  return monitorView(snapshot, {
    width: width ?? (process.stdout.columns || 80),
    symbols: symbolsOf(process.env),
    showLogs,
    showStats,
  })
}

function elementOf<Element>(row: Row, jsx: MonitorHost<Element>['jsx'], key: string): Element {
  const texts = merged(row)
  const [only] = texts
  if (texts.length < 2) return textElement(only ?? { text: ' ' }, jsx, key)
  return jsx('hstack', { children: texts.map((piece, index) => textElement(piece, jsx, String(index))) }, key)
}

function textElement<Element>(
  { text, bold, color, dim }: Span,
  jsx: MonitorHost<Element>['jsx'],
  key: string,
): Element {
  const shade = color ?? (dim ? 'gray' : undefined)
  return jsx('text', { ...(bold && { bold }), ...(shade && { color: shade }), children: text }, key)
}
