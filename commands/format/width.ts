import stringWidth from 'fast-string-width'

/**
 * Characters that take one column each and never combine: ASCII, arrows, lines, bars and those of `symbols.ts`. Nearly all
 * output consists of them, and a screen measures hundreds of texts per frame, so they have a fast path.
 */
const PLAIN = /^[\x20-\x7e·…›•←-⇿─-◼✔✖]*$/

/** Whether every character takes one column, so that the length of the text is its width. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text)
}

/** The columns that a text takes on a terminal: two for a CJK character or an emoji, none for colour codes. */
export function widthOf(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text)
}

/** The width of the widest text; 0 if there are none. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, widthOf(text)), 0)
}

/** Pads a text with blanks to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + blanks(width - widthOf(text))
}

/** The same, with the blanks before the text. */
export function padStart(text: string, width: number): string {
  return blanks(width - widthOf(text)) + text
}

function blanks(count: number): string {
  return ' '.repeat(Math.max(0, count))
}

/** The beginning of a text, at most `width` columns. No character is cut in two. The text must not contain colours. */
export function beginOf(text: string, width: number): string {
  if (width <= 0) return ''
  return isPlain(text) ? text.slice(0, width) : fitting(charactersOf(text), width).join('')
}

/** The end of a text, likewise. */
function endOf(text: string, width: number): string {
  if (width <= 0) return ''
  return isPlain(text) ? text.slice(-width) : fitting(charactersOf(text).reverse(), width).reverse().join('')
}

function fitting(characters: string[], width: number): string[] {
  let left = width
  const end = characters.findIndex((character) => {
    left -= widthOf(character)
    return left < 0
  })
  return end === -1 ? characters : characters.slice(0, end)
}

let segmenter: Intl.Segmenter | undefined

/** The characters as readers see them: an emoji of several code points is one character. */
function charactersOf(text: string): string[] {
  // Created on demand, since it takes Node 20 ms.
  segmenter ??= new Intl.Segmenter()
  return [...segmenter.segment(text)].map(({ segment }) => segment)
}

/** Cuts a text to `width` columns, with a mark in place of its end. */
export function cutEnd(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text
  return beginOf(beginOf(text, width - widthOf(mark)) + mark, width)
}

/** The same, with the mark in place of its middle, for names whose ends tell them apart. */
export function cutMiddle(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text
  const room = Math.max(0, width - widthOf(mark))
  const end = Math.floor(room / 2)
  return beginOf(beginOf(text, room - end) + mark + endOf(text, end), width)
}

/** Wraps a text into lines of at most `width` columns, between words. A longer word is broken at the end of the line. */
export function wrapped(text: string, width: number): string[] {
  const room = Math.max(1, width)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
    while (widthOf(line) > room) {
      // A single character may be wider than the line.
      const begin = beginOf(line, room) || (charactersOf(line)[0] ?? '')
      if (begin === line) break
      lines.push(begin)
      line = line.slice(begin.length)
    }
  }
  return [...lines, line]
}
