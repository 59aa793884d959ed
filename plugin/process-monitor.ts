import { symbolsOf } from '../commands/format/symbols.ts'
import { monitorView } from '../commands/monitor/view/index.ts'
import { merged, type Row, type Span } from '../commands/monitor/view/span.ts'
import { plainText } from '../commands/monitor/view/text.ts'
import type { ProcessManager } from '../src/index.ts'
import { feedOf } from './monitor-feed.ts'

export interface ProcessMonitorProps {
  /** Names of processes, or shared names of instances; absent means all. */
  processes?: string[]
  /** Time between refreshes in ms (default 1000). */
  refreshInterval?: number
  /** Show the last lines of their logs (default false). */
  showLogs?: boolean
  /** Show CPU and memory usage (default true). */
  showStats?: boolean
  /** Folder of the supervisor's state (default `.tuix`), relative to the working directory of the app. */
  tuixDir?: string
  /** A manager, whose folder is shown instead; also as `processManager`. */
  manager?: Pick<ProcessManager, 'tuixDir'>
  processManager?: Pick<ProcessManager, 'tuixDir'>
  /** Width in columns (default: that of the terminal, or 80). */
  width?: number
}

/** The functions of a JSX host that `createProcessMonitor` needs. */
export interface MonitorHost<Element> {
  /** Creates an element of type `vstack`, `hstack` or `text`. */
  jsx(type: string, props: Record<string, unknown>, key?: string): Element
  /**
   * Creates a state that redraws the components that read it. Some hosts redraw only for a state that has a name. If absent, the
   * monitor shows a single frame.
   */
  $state?<Value>(initial: Value, name?: string): { (): Value; $set(value: Value): void }
}

/**
 * Shows processes with their status and usage as text of several lines, to print or as a component for hosts that
 * accept text as a child. It returns the last known state at once, first from the disk, and refreshes it in the
 * background for the next call. That does not keep the app alive, and starts nothing. It returns a string; the type is
 * `any`, since the element types of many hosts exclude strings, though the hosts render them.
 */
// biome-ignore lint/suspicious/noExplicitAny: no other type is what every host calls an element.
export function ProcessMonitor(props: ProcessMonitorProps = {}): any {
  return plainText(rowsOf(props))
}

let monitors = 0

/** The same as a component of the host's own elements, in colour, and redrawn on changes. */
export function createProcessMonitor<Element>({
  jsx,
  $state,
}: MonitorHost<Element>): (props?: ProcessMonitorProps) => Element {
  // Each has a state of its own, also in a host that keeps states by name.
  const name = ++monitors === 1 ? 'process-monitor' : `process-monitor-${monitors}`
  const frame = $state?.(0, name)
  let frames = 0
  const redraw = frame && (() => frame.$set(++frames))
  return (props = {}) => {
    // Reading the state makes the host redraw when it changes.
    frame?.()
    const rows = rowsOf(props, redraw)
    const children = rows.map((row, index) => elementOf(row, jsx, String(index)))
    return jsx('vstack', { children })
  }
}

function rowsOf(props: ProcessMonitorProps, redraw?: () => void): Row[] {
  const { processes, refreshInterval = 1000, showLogs = false, showStats = true, width } = props
  const { tuixDir = '.tuix' } = props.manager ?? props.processManager ?? props
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
