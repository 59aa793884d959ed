import type { PatternSource } from '../../model/config.ts'

/** Longest match that is found, in characters. */
export const LONGEST_MATCH = 16 * 1024

// Of colours alone: they stand in the middle of what people read as one word.
const COLOURS = /\x1b\[[\d;:]*m/g

/**
 * Finds a pattern in a text that comes in pieces, however it is cut. Of what was searched it keeps as much as a match may
 * need that begins in there, from the beginning of a line on, so that `^` means what it says.
 */
export class PatternWindow {
  readonly #matches: (text: string) => boolean
  #kept = ''

  constructor(pattern: string | PatternSource) {
    if (typeof pattern === 'string') {
      this.#matches = (text) => text.includes(pattern)
    } else {
      // Neither `g` nor `y`: both would remember a place in an earlier text.
      const regExp = new RegExp(pattern.source, `${pattern.flags.replace(/[gmy]/g, '')}m`)
      this.#matches = (text) => regExp.test(text)
    }
  }

  /**
   * Whether the pattern is in there, `piece` included. `more`: another piece is at hand; then an unfinished line waits for
   * it, so that its `$` is not taken for a line's end.
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

  /** Begins anew, at the beginning of a line. */
  reset(): void {
    this.#kept = ''
  }
}

function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOURS, '') : text
}

/** The whole lines at the end that fit; of a line that does not its end. */
function tailOf(text: string): string {
  if (text.length <= LONGEST_MATCH) return text
  const from = text.length - LONGEST_MATCH
  const line = text.indexOf('\n', from - 1) + 1
  return text.slice(line > 0 && line < text.length ? line : from)
}
