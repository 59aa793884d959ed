import type { Color } from '../../format/color.ts'
import { cut, widthOf } from './width.ts'

export type SpanColor = Exclude<Color, 'bold' | 'dim'>

export interface Style {
  color?: SpanColor
  bold?: boolean
  dim?: boolean
  /** Foreground and background change places. */
  inverse?: boolean
  /** Parameters of SGR as a process wrote them, `38;5;208`: of use to a terminal only. */
  sgr?: string
}

/** A piece of text that looks the same all through. */
export interface Span extends Style {
  text: string
}

/** One line of a screen. */
export type Row = Span[]

export function span(text: string, style: Style = {}): Span {
  return { ...style, text }
}

/** What tables and pages call a colour. */
export function styleOf(color: Color): Style {
  return color === 'bold' || color === 'dim' ? { [color]: true } : { color }
}

export function textOf(row: Row): string {
  return row.map(({ text }) => text).join('')
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + widthOf(text), 0)
}

/** Cut with `…` where it is too wide. */
export function clip(row: Row, width: number): Row {
  if (rowWidth(row) <= width) return row
  const shown: Row = []
  let left = width - 1
  for (const piece of row) {
    const text = cut(piece.text, left)
    if (text !== '') shown.push({ ...piece, text })
    left -= widthOf(text)
    if (text !== piece.text) break
  }
  return width > 0 ? [...shown, { ...shown.at(-1), text: '…' }] : []
}

/** Exactly so wide: cut, or filled with blanks. */
export function sized(row: Row, width: number): Row {
  const shown = clip(row, width)
  const missing = width - rowWidth(shown)
  return missing > 0 ? [...shown, span(' '.repeat(missing))] : shown
}

/** Rows side by side with `between` in the middle; the left ones are `width` wide, and the longer side decides the height. */
export function beside(left: Row[], right: Row[], width: number, between: Span): Row[] {
  const height = Math.max(left.length, right.length)
  return Array.from({ length: height }, (_, index) => [
    ...sized(left[index] ?? [], width),
    between,
    ...(right[index] ?? []),
  ])
}

/** So many rows: the first ones, or filled with empty ones. */
export function fill(rows: Row[], height: number): Row[] {
  return Array.from({ length: Math.max(0, height) }, (_, index) => rows[index] ?? [])
}

/** The same row with as few spans as possible. */
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
  // A blank shows no colour.
  if (!other.inverse && !other.sgr && other.text.trim() === '') return true
  return one.color === other.color && one.bold === other.bold && one.dim === other.dim
}

/** The same row with one more style on every span. */
export function restyle(row: Row, style: Style): Row {
  return row.map((piece) => ({ ...piece, ...style }))
}
