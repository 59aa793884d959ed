/** A stretch of text in one look. */
export interface Span {
  text: string
  /** Column that it begins in. */
  column: number
  bold: boolean
  dim: boolean
  /** 0 to 15, as terminals number them; null: the usual one. */
  color: number | null
}

type Look = Pick<Span, 'bold' | 'dim' | 'color'>

const PLAIN: Look = { bold: false, dim: false, color: null }

/** Rows of a screen, as `tmux capture-pane -e` prints them, one look at a time. Every character is one column wide. */
export function spansOf(screen: string): Span[][] {
  let look = PLAIN
  return screen.split('\n').map((row) => {
    const spans: Span[] = []
    let column = 0
    // Texts are at even places, and what stands between `ESC [` and `m` at odd ones.
    for (const [index, part] of row.split(/\x1b\[([\d;]*)m/).entries()) {
      if (index % 2 === 1) look = changed(look, part)
      else if (part !== '') {
        spans.push({ ...look, text: part, column })
        column += [...part].length
      }
    }
    return spans
  })
}

/** https://man7.org/linux/man-pages/man4/console_codes.4.html, "ECMA-48 Select Graphic Rendition". */
function changed(look: Look, codes: string): Look {
  let next = look
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = PLAIN
    else if (code === 1) next = { ...next, bold: true }
    else if (code === 2) next = { ...next, dim: true }
    else if (code === 22) next = { ...next, bold: false, dim: false }
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 }
    else if (code === 39) next = { ...next, color: null }
    // No text has a background of its own: it can only be set back.
    else if (code === 49) continue
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 90 + 8 }
    else throw new Error(`the picture has no look for the code ${code}`)
  }
  return next
}
