import type { Symbols } from '../../format/symbols.ts'
import { padEnd, widest } from '../../format/width.ts'
import type { Pane } from '../view/index.ts'
import { type Row, span } from '../view/span.ts'
import { KEYS, shownIn } from './keys.ts'

const SHOWN = KEYS.filter(({ shown }) => shown !== '')

/** Height of the help in rows. */
export const HELP_ROWS = SHOWN.length + 1

export function helpPane(symbols: Symbols): Pane {
  const shown = SHOWN.map((key) => shownIn(key, symbols))
  const width = widest(shown)
  const rows = SHOWN.map(
    ({ help }, index): Row => [
      span(` ${padEnd(shown[index] ?? '', width + 2)}`, { color: 'cyan', bold: true }),
      span(help),
    ],
  )
  return { title: [span('KEYS', { bold: true }), span('  press any key to close', { dim: true })], rows }
}
