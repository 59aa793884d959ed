import type { Symbols } from '../../format/symbols.ts'
import type { Pane } from '../view/index.ts'
import { type Row, span } from '../view/span.ts'
import { KEYS, shownIn } from './keys.ts'

const TOLD = KEYS.filter(({ shown }) => shown !== '')

/** Rows that the help takes. */
export const HELP_ROWS = TOLD.length + 1

export function helpPane(symbols: Symbols): Pane {
  const shown = TOLD.map((key) => shownIn(key, symbols))
  const width = Math.max(...shown.map(({ length }) => length))
  const rows = TOLD.map(
    ({ help }, index): Row => [
      span(` ${(shown[index] ?? '').padEnd(width + 2)}`, { color: 'cyan', bold: true }),
      span(help),
    ],
  )
  return { title: [span('KEYS', { bold: true }), span('  any key closes this', { dim: true })], rows }
}
