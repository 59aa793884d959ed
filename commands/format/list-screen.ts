import type { ProcessState, SupervisorInfo } from '../../src/index.ts'
import type { Color } from './color.ts'
import { fitParts, fitWidths } from './fit.ts'
import { columnsFor, type ListColumn, type ListOptions } from './list-columns.ts'
import { lookOf } from './status.ts'
import { duration, memory, percent } from './units.ts'
import { beginOf, cutEnd, cutMiddle, padEnd, padStart, widest, widthOf } from './width.ts'

/** A column with its width on this terminal. */
interface FittedColumn extends ListColumn {
  width: number
}

/** Width of the symbol and the blank before each row. */
const MARK = 2

/**
 * The list for a terminal: the supervisor, a row per process, groups under their names, and totals. No line is wider than
 * the terminal: the least important columns are left out first, then long texts are cut.
 */
export function listLines(states: ProcessState[], options: ListOptions): string[] {
  const columns = fittedColumns(states, options)
  const body = options.isSorted
    ? states.map((state) => row(state, columns, options))
    : grouped(states, columns, options)
  return [...header(options), titles(columns, options), ...body, ...footer(states, options)]
}

function roomIn({ width = 80 }: ListOptions): number {
  return width
}

function fittedColumns(states: ProcessState[], options: ListOptions): FittedColumn[] {
  const { columns: names, isSorted = false, now } = options
  // Groups have headings, and watched processes have a mark next to their names.
  const implied = ['watch', ...(isSorted && states.some(({ group }) => group !== null) ? [] : ['group'])]
  const wanted = columnsFor(states, names).filter(({ title }) => names || !implied.includes(title))
  const widths = fitWidths(
    wanted.map((column) => {
      const cells = states.map((state) => cellOf(column, state, options))
      const width = widest([column.title, ...cells])
      // Columns without information are left out first.
      const isIdle = states.every((state) => /^[-0]$/.test(column.cell(state, now)))
      const keep = column.keep === undefined || names ? undefined : column.keep - (isIdle ? 100 : 0)
      return { width, least: Math.min(width, column.least ?? width), keep }
    }),
    roomIn(options) - MARK,
  )
  return wanted.flatMap((column, index) => {
    const width = widths[index] ?? null
    return width === null ? [] : [{ ...column, width }]
  })
}

/** The text of a cell; in the name column it includes the mark of watched processes. */
function cellOf(column: ListColumn, state: ProcessState, { symbols, now, columns }: ListOptions): string {
  const text = column.cell(state, now)
  return column.title === 'name' && !columns ? `${text}${watchMark(state, symbols)}` : text
}

function watchMark({ watch, suspendedBy }: ProcessState, symbols: ListOptions['symbols']): string {
  if (!watch) return ''
  return ` ${symbols.watch}${suspendedBy ? ' suspended' : ''}`
}

function titles(columns: FittedColumn[], options: ListOptions): string {
  const cells = columns.map((column) => {
    return aligned(column, cutEnd(column.title.toUpperCase(), column.width, options.symbols.cut))
  })
  return options.paint('gray', clipped(`${' '.repeat(MARK)}${cells.join('  ')}`.trimEnd(), options))
}

/** Processes without a group, then each group under its name. */
function grouped(states: ProcessState[], columns: FittedColumn[], options: ListOptions): string[] {
  const groups = new Map<string | null, ProcessState[]>([[null, []]])
  for (const state of states) groups.set(state.group, [...(groups.get(state.group) ?? []), state])
  const parts = [...groups].map(([group, members]) => {
    const rows = members.map((state) => row(state, columns, options))
    if (group === null) return rows
    return [options.paint('gray', cutMiddle(group, roomIn(options), options.symbols.cut)), ...rows]
  })
  return parts.filter(({ length }) => length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}

function row(state: ProcessState, columns: FittedColumn[], options: ListOptions): string {
  const { paint, symbols } = options
  const { symbol, color } = lookOf(state)
  const cells = columns.map((column) => cell(column, state, options))
  if (roomIn(options) <= MARK) return paint(color, symbols[symbol])
  return `${paint(color, symbols[symbol])} ${cells.join('  ')}`.trimEnd()
}

/** A cut, painted and padded cell. */
function cell(column: FittedColumn, state: ProcessState, options: ListOptions): string {
  const { paint, symbols, now, columns } = options
  const { width, paintCell, align } = column
  const mark = column.title === 'name' && !columns ? watchMark(state, symbols) : ''
  const room = Math.max(0, width - widthOf(mark))
  const cut = column.title === 'status' || column.title === 'reason' ? cutEnd : cutMiddle
  const text = cut(column.cell(state, now), room, symbols.cut)
  const painted = text === '-' ? paint('gray', text) : paintCell ? paintCell(text, state, paint) : text
  const shownMark = widthOf(mark) <= width ? paint('gray', mark) : ''
  return align === 'right' ? padStart(painted, width) : padEnd(painted + shownMark, width)
}

function aligned({ align, width }: FittedColumn, text: string): string {
  return align === 'right' ? padStart(text, width) : padEnd(text, width)
}

function clipped(text: string, options: ListOptions): string {
  return beginOf(text, roomIn(options))
}

/** A grey line about the supervisor. */
function header(options: ListOptions): string[] {
  const { supervisor, now, paint, symbols } = options
  if (supervisor === undefined) return []
  const parts = supervisor ? supervisorParts(supervisor, now) : ['no supervisor is running']
  const separator = ` ${symbols.dot} `
  const text = fitParts(parts, separator, roomIn(options)).join(separator) || (parts[0] ?? '')
  return [paint('gray', clipped(text, options)), '']
}

const MODES = { daemon: 'daemon', embedded: 'embedded in an app', foreground: 'in the foreground' }

function supervisorParts({ identity, mode, runtime, version, startedAt }: SupervisorInfo, now: number): string[] {
  return [`supervisor ${identity.pid}`, MODES[mode], runtime, `up ${duration((now - startedAt) / 1000)}`, `v${version}`]
}

/** Counts by status and total usage, as much as fits. */
function footer(states: ProcessState[], options: ListOptions): string[] {
  if (states.length < 2) return []
  const { paint, symbols, columns } = options
  const sum = (of: (state: ProcessState) => number | null) =>
    states.reduce((total, state) => total + (of(state) ?? 0), 0)
  const parts: [text: string, color: Color][] = [
    [`${states.length} processes`, 'gray'],
    ...counts(states),
    [`cpu ${percent(sum(({ cpu }) => cpu))}`, 'gray'],
    [`memory ${memory(sum((state) => state.memory))}`, 'gray'],
  ]
  if (!columns && states.some(({ watch }) => watch)) parts.push([`${symbols.watch} restarts on changes`, 'gray'])
  const separator = ` ${symbols.dot} `
  const fitting = fitParts(
    parts.map(([text]) => text),
    separator,
    roomIn(options),
  )
  const shown = parts.slice(0, fitting.length).map(([text, color]) => paint(color, text))
  return shown.length === 0 ? [] : ['', shown.join(paint('gray', separator))]
}

/** The status, more specific where the symbol is. */
function wordOf({ status, phase, health }: ProcessState): string {
  if (phase === 'scheduled' || phase === 'completed' || phase === 'paused') return phase
  return status === 'running' && health === 'unhealthy' ? 'unhealthy' : status
}

/** Counts such as `4 running`, in the colour of the status, in order of first appearance. */
function counts(states: ProcessState[]): [text: string, color: Color][] {
  const found = new Map<string, { count: number; color: Color }>()
  for (const state of states) {
    const word = wordOf(state)
    const entry = found.get(word) ?? { count: 0, color: lookOf(state).color }
    found.set(word, { ...entry, count: entry.count + 1 })
  }
  return [...found].map(([word, { count, color }]) => [`${count} ${word}`, color])
}
