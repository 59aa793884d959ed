import type { PatternSource } from '../../model/config/health-check.ts'

/** Longest match that can be found, in characters. */
export const LONGEST_MATCH = 16 * 1024

// Only colours are removed, since they occur within words.
const COLOURS = /\x1b\[[\d;:]*m/g

/**
 * Finds a pattern in a text that comes in pieces, wherever it is cut. It keeps the end of the searched text, in which a
 * match may begin. That part starts at the beginning of a line, so that `^` is right.
 */
export class PatternWindow {
  readonly #matches: (text: string) => boolean
  #kept = ''

  constructor(pattern: string | PatternSource) {
    if (typeof pattern === 'string') {
      this.#matches = (text) => text.includes(pattern)
    } else {
      // Without `g` and `y`, which would start at the match in an earlier text.
      const regExp = new RegExp(pattern.source, `${pattern.flags.replace(/[gmy]/g, '')}m`)
      this.#matches = (text) => regExp.test(text)
    }
  }

  /**
   * Whether the text up to `piece` contains the pattern. With `more`, another piece follows at once, and an unfinished
   * line waits for it, so that `$` does not match at the cut.
   */
  push(piece: string, more: boolean): boolean {
    const text = withoutColours(this.#kept + piece)
    const end = more ? text.lastIndexOf('\n') + 1 : text.length
    const isLong = text.length - end > LONGEST_MATCH
    const searched = isLong ? text : text.slice(0, end)
    if (searched !== '' && this.#matches(searched)) return true
    this.#kept = tailOf(text)
    return false
  }

  /** Starts over at the beginning of a line. */
  reset(): void {
    this.#kept = ''
  }
}

function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOURS, '') : text
}

/** As many whole lines at the end as fit. If the last line does not fit, its end. */
function tailOf(text: string): string {
  if (text.length <= LONGEST_MATCH) return text
  const from = text.length - LONGEST_MATCH
  const line = text.indexOf('\n', from - 1) + 1
  return text.slice(line > 0 && line < text.length ? line : from)
}
