import { printable } from '../commands/format/printable.ts'

/** A stretch of text in one look. */
export interface Span {
  text: string
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
  inverse: boolean
  /** CSS colours. */
  color: string | null
  background: string | null
}

type Look = Omit<Span, 'text'>

const PLAIN: Look = {
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  color: null,
  background: null,
}

/** What a code turns on, and off again. */
const FLAGS: Record<number, Partial<Look>> = {
  0: PLAIN,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { color: null },
  49: { background: null },
}

/** The text of a line in its colours. All other control characters are left out. */
export function spansOf(line: string): Span[] {
  let look = PLAIN
  const spans: Span[] = []
  for (const [index, part] of printable(line, true)
    .split(/\x1b\[([\d;:]*)m/)
    .entries()) {
    if (index % 2 === 1) look = changed(look, part.split(/[;:]/).map(Number))
    else if (part !== '') spans.push({ ...look, text: part })
  }
  return spans
}

/** https://man7.org/linux/man-pages/man4/console_codes.4.html, "ECMA-48 Select Graphic Rendition". */
function changed(look: Look, codes: number[]): Look {
  let next = look
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    const key = code === 48 || (code >= 40 && code < 48) || (code >= 100 && code < 108) ? 'background' : 'color'
    if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5
      const [one = 0, two = 0, three = 0] = codes.slice(at + 2)
      next = { ...next, [key]: isIndexed ? indexed(one) : `rgb(${one} ${two} ${three})` }
      at += isIndexed ? 2 : 4
    } else if (code >= 90) next = { ...next, [key]: indexed((code % 10) + 8) }
    else if (code >= 30 && code % 10 < 8) next = { ...next, [key]: indexed(code % 10) }
    else next = { ...next, ...FLAGS[code] }
  }
  return next
}

/** A colour by its number: 16 of the theme, a cube of 216, and 24 greys. */
function indexed(number: number): string {
  if (number < 16) return `var(--ansi-${number})`
  if (number >= 232)
    return `rgb(${Array(3)
      .fill(8 + (number - 232) * 10)
      .join(' ')})`
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  const cube = number - 16
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(' ')})`
}
