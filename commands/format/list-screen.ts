import type { ProcessState, SupervisorInfo } from '../../src/index.ts'
import type { Color } from './color.ts'
import { cutEnd, cutMiddle, fitParts, fitWidths } from './fit.ts'
import { columnsFor, type ListColumn } from './list-columns.ts'
import type { ListOptions } from './list-options.ts'
import { lookOf } from './status.ts'
import { duration, memory, percent } from './units.ts'

/** A column and the characters that it has. */
interface FittedColumn extends ListColumn {
  width: number
}

/** What stands before a row: a symbol and a space. */
const MARK = 2

/**
 * The list for a terminal: who answers, a row for each process, those of a group under its name, and sums. No line is
 * wider than the terminal: first columns that matter less are left out, then what is long is cut.
 */
export function listLines(states: ProcessState[], options: ListOptions): string[] {
  const columns = fittedColumns(states, options)
  const body = options.isSorted
    ? states.map((state) => row(state, columns, options))
    : grouped(states, columns, options)
  return [...header(options), titles(columns, options), ...body, ...footer(states, options)]
}

function widthOf({ width = 80 }: ListOptions): number {
  return width
}

function fittedColumns(states: ProcessState[], options: ListOptions): FittedColumn[] {
  const { columns: names, isSorted = false, now } = options
  // Groups have headings, and what is watched has a mark beside its name.
  const implied = ['watch', ...(isSorted && states.some(({ group }) => group !== null) ? [] : ['group'])]
  const wanted = columnsFor(states, names).filter(({ title }) => names || !implied.includes(title))
  const widths = fitWidths(
    wanted.map((column) => {
      const cells = states.map((state) => cellOf(column, state, options))
      const width = Math.max(column.title.length, ...cells.map(({ length }) => length))
      // What says nothing goes before what says something.
      const isIdle = states.every((state) => /^[-0]$/.test(column.cell(state, now)))
      const keep = column.keep === undefined || names ? undefined : column.keep - (isIdle ? 100 : 0)
      return { width, least: Math.min(width, column.least ?? width), keep }
    }),
    widthOf(options) - MARK,
  )
  return wanted.flatMap((column, index) => {
    const width = widths[index] ?? null
    return width === null ? [] : [{ ...column, width }]
  })
}

/** The mark of what is watched belongs to the name. */
function cellOf(column: ListColumn, state: ProcessState, { symbols, now, columns }: ListOptions): string {
  const text = column.cell(state, now)
  return column.title === 'name' && state.watch && !columns ? `${text} ${symbols.watch}` : text
}

function titles(columns: FittedColumn[], options: ListOptions): string {
  const cells = columns.map((column) => {
    return aligned(column, cutEnd(column.title.toUpperCase(), column.width, options.symbols.cut))
  })
  return options.paint('gray', clipped(`${' '.repeat(MARK)}${cells.join('  ')}`.trimEnd(), options))
}

/** Those without a group, then each group below its name. */
function grouped(states: ProcessState[], columns: FittedColumn[], options: ListOptions): string[] {
  const groups = new Map<string | null, ProcessState[]>([[null, []]])
  for (const state of states) groups.set(state.group, [...(groups.get(state.group) ?? []), state])
  const parts = [...groups].map(([group, members]) => {
    const rows = members.map((state) => row(state, columns, options))
    if (group === null) return rows
    return [options.paint('gray', cutMiddle(group, widthOf(options), options.symbols.cut)), ...rows]
  })
  return parts.filter(({ length }) => length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]))
}

function row(state: ProcessState, columns: FittedColumn[], options: ListOptions): string {
  const { paint, symbols } = options
  const { symbol, color } = lookOf(state)
  const cells = columns.map((column) => cell(column, state, options))
  if (widthOf(options) <= MARK) return paint(color, symbols[symbol])
  return `${paint(color, symbols[symbol])} ${cells.join('  ')}`.trimEnd()
}

/** Padded outside of the paint, so that neither counts for the other. */
function cell(column: FittedColumn, state: ProcessState, options: ListOptions): string {
  const { paint, symbols, now, columns } = options
  const { width, paintCell, align } = column
  const mark = column.title === 'name' && state.watch && !columns ? ` ${symbols.watch}` : ''
  const room = Math.max(0, width - mark.length)
  const cut = column.title === 'status' || column.title === 'reason' ? cutEnd : cutMiddle
  const text = cut(column.cell(state, now), room, symbols.cut)
  const painted = text === '-' ? paint('gray', text) : paintCell ? paintCell(text, state, paint) : text
  const shownMark = mark.length <= width ? mark : ''
  const space = ' '.repeat(Math.max(0, width - text.length - shownMark.length))
  return align === 'right' ? space + painted : `${painted}${paint('gray', shownMark)}${space}`
}

function aligned({ align, width }: FittedColumn, text: string): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width)
}

function clipped(text: string, options: ListOptions): string {
  return text.slice(0, widthOf(options))
}

/** One dim line: who answered. */
function header(options: ListOptions): string[] {
  const { supervisor, now, paint, symbols } = options
  if (supervisor === undefined) return []
  const parts = supervisor ? supervisorParts(supervisor, now) : ['no supervisor is running']
  const separator = ` ${symbols.dot} `
  const text = fitParts(parts, separator, widthOf(options)).join(separator) || (parts[0] ?? '')
  return [paint('gray', clipped(text, options)), '']
}

function supervisorParts({ identity, mode, runtime, version, startedAt }: SupervisorInfo, now: number): string[] {
  const where = mode === 'daemon' ? 'daemon' : 'embedded in an app'
  return [`supervisor ${identity.pid}`, where, runtime, `up ${duration((now - startedAt) / 1000)}`, `v${version}`]
}

/** Counts by status and the sums of usage, as many as fit. */
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
    widthOf(options),
  )
  const shown = parts.slice(0, fitting.length).map(([text, color]) => paint(color, text))
  return shown.length === 0 ? [] : ['', shown.join(paint('gray', separator))]
}

/** The status, and what is told apart by its symbol. */
function wordOf({ status, health, reason }: ProcessState): string {
  if (status === 'running' && health === 'unhealthy') return 'unhealthy'
  if (status === 'restarting' && reason === 'scheduled') return 'scheduled'
  return status === 'stopped' && reason.startsWith('completed') ? 'completed' : status
}

/** `4 running`, in the colour of that status, in the order in which the statuses come. */
function counts(states: ProcessState[]): [text: string, color: Color][] {
  const found = new Map<string, { count: number; color: Color }>()
  for (const state of states) {
    const word = wordOf(state)
    const entry = found.get(word) ?? { count: 0, color: lookOf(state).color }
    found.set(word, { ...entry, count: entry.count + 1 })
  }
  return [...found].map(([word, { count, color }]) => [`${count} ${word}`, color])
}
