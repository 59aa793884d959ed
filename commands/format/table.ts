import Table from 'cli-table3'
import type { Paint } from './paint.ts'
import { safeText } from './printable.ts'
import { isPlain, widest, widthOf, wrapped } from './width.ts'

export interface TableColumn {
  title: string
  align?: 'right'
}

/** No boxes are drawn, because programs read the output, too. */
const NO_BOX = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** Blanks between two cells, and before the lines below a headline. */
export const GAP = NO_BOX.middle.length
export const INDENT = 2

export interface LayoutOptions {
  /** Blanks before each line. */
  indent?: number
  columns?: readonly Pick<TableColumn, 'align'>[]
}

/** Lays out rows in columns, two blanks apart, and returns the lines. Cells may be painted and may have several lines. */
export function layOut(rows: readonly string[][], { indent = 0, columns = [] }: LayoutOptions = {}): string[] {
  if (rows.length === 0) return []
  const table = new Table({
    chars: { ...NO_BOX, left: ' '.repeat(indent) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  const standIns = new StandIns()
  table.push(...rows.map((cells) => cells.map((cell) => standIns.put(cell))))
  const lines = table.toString().split('\n')
  return lines.map((line) => standIns.replace(line).trimEnd())
}

/**
 * Makes the library use our widths. Its own character table is old and wrong for many emoji, so text with wide characters is
 * replaced by as many private-use characters as it takes columns, and put back into the finished line.
 */
class StandIns {
  readonly #lines: string[] = []

  put(cell: string): string {
    if (isPlain(cell)) return cell
    return cell
      .split('\n')
      .map((line) => (isPlain(line.replace(COLORS, '')) ? line : this.#standIn(line)))
      .join('\n')
  }

  #standIn(line: string): string {
    if (this.#lines.length === COUNT) return line
    const character = String.fromCharCode(FIRST + this.#lines.length)
    this.#lines.push(line)
    return character.repeat(widthOf(line))
  }

  replace(line: string): string {
    return line.replace(ROW, ([character = '']) => this.#lines[character.charCodeAt(0) - FIRST] ?? '')
  }
}

const COLORS = /\x1b\[[\d;]*m/g
/** The range of private-use characters. Text that contains any is itself replaced, so they cannot be mixed up. */
const FIRST = 0xe000
const COUNT = 6400
const ROW = /([\ue000-\uf8ff])\1*/g

export interface TableOptions {
  columns: readonly TableColumn[]
  rows: string[][]
  paint: Paint
}

/** A table with titles, as text. */
export function tableText({ columns, rows, paint }: TableOptions): string {
  const titles = columns.map(({ title }) => paint('bold', title.toUpperCase()))
  return layOut([titles, ...rows], { columns }).join('\n')
}

/** A label and its value. An empty label continues the fact before. */
export type Fact = [label: string, value: string]

/** Facts as lines, labels and values aligned. Values are wrapped to `width`, that of the terminal. Absent: they are not wrapped. */
export function factLines(facts: readonly Fact[], paint: Paint, width?: number): string[] {
  const labels = widest(facts.map(([label]) => label))
  const room = width === undefined ? undefined : width - INDENT - labels - GAP
  const rows = facts.map(([label, value]) => [
    paint('gray', label),
    room === undefined ? safeText(value, false) : wrapped(safeText(value, false), room).join('\n'),
  ])
  return layOut(rows, { indent: INDENT })
}
