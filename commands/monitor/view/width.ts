import stringWidth from 'string-width'

/**
 * Characters that take one column each and join with nothing: ASCII, arrows, lines, bars and the signs of `symbols.ts`. Nearly all
 * that a screen shows is of them, and asking the library for each piece of each frame would be most of the work.
 */
const PLAIN = /^[\x20-\x7e·…›←-⇿─-◼✔✖]*$/
const graphemes = new Intl.Segmenter()

/** Columns that a text without escape sequences takes on a terminal. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}

/** The beginning of a text, at most so many columns; no character is cut in two. */
export function cut(text: string, width: number): string {
  if (width <= 0) return ''
  if (PLAIN.test(text)) return text.slice(0, width)
  let shown = ''
  let left = width
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOf(segment)
    if (left < 0) break
    shown += segment
  }
  return shown
}
