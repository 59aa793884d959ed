import type { Color } from '../../format/color.ts'
import { beginOf, widthOf } from '../../format/width.ts'

export type SpanColor = Exclude<Color, 'bold' | 'dim'>

export interface Style {
  color?: SpanColor
  bold?: boolean
  dim?: boolean
  /** Swaps foreground and background. */
  inverse?: boolean
  /** SGR parameters as a process wrote them, such as `38;5;208`. */
  sgr?: string
}

/** A piece of text in one style. */
export interface Span extends Style {
  text: string
}

/** One line of a screen. */
export type Row = Span[]

export function span(text: string, style: Style = {}): Span {
  return { ...style, text }
}

/** The style for a colour of tables and pages. */
export function styleOf(color: Color): Style {
  return color === 'bold' || color === 'dim' ? { [color]: true } : { color }
}

export function textOf(row: Row): string {
  return row.map(({ text }) => text).join('')
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + widthOf(text), 0)
}

/** Cuts a row that is too wide, and adds `…`. */
export function clip(row: Row, width: number): Row {
  if (rowWidth(row) <= width) return row
  const shown: Row = []
  let left = width - 1
  for (const piece of row) {
    const text = beginOf(piece.text, left)
    if (text !== '') shown.push({ ...piece, text })
    left -= widthOf(text)
    if (text !== piece.text) break
  }
  return width > 0 ? [...shown, { ...shown.at(-1), text: '…' }] : []
}

/** Makes a row exactly this wide: cuts it or pads it with blanks. */
export function sized(row: Row, width: number): Row {
  const shown = clip(row, width)
  const missing = width - rowWidth(shown)
  return missing > 0 ? [...shown, span(' '.repeat(missing))] : shown
}

/** Puts rows side by side, with `between` in the middle. The left side is `width` wide; the taller side decides the height. */
export function beside(left: Row[], right: Row[], width: number, between: Span): Row[] {
  const height = Math.max(left.length, right.length)
  return Array.from({ length: height }, (_, index) => [
    ...sized(left[index] ?? [], width),
    between,
    ...(right[index] ?? []),
  ])
}

/** Exactly `height` rows: cut off, or filled with empty rows. */
export function fill(rows: Row[], height: number): Row[] {
  return Array.from({ length: Math.max(0, height) }, (_, index) => rows[index] ?? [])
}

/** Merges adjacent spans of the same style. */
export function merged(row: Row): Row {
  const result: Row = []
  for (const piece of row) {
    const last = result.at(-1)
    if (piece.text === '') continue
    if (last && isAlike(last, piece)) last.text += piece.text
    else result.push({ ...piece })
  }
  return result
}

function isAlike(one: Span, other: Span): boolean {
  if (one.inverse !== other.inverse || one.sgr !== other.sgr) return false
  // Blanks show no colour.
  if (!other.inverse && !other.sgr && other.text.trim() === '') return true
  return one.color === other.color && one.bold === other.bold && one.dim === other.dim
}

/** Adds a style to every span. */
export function restyle(row: Row, style: Style): Row {
  return row.map((piece) => ({ ...piece, ...style }))
}
