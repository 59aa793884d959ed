import type { ProcessDetail } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { layOut } from './table.ts'
import { dateTime, elapsed } from './units.ts'

/** The number of checks to show. */
const SHOWN = 5

const COLUMNS = [{}, {}, { align: 'right' as const }]

/** The last health checks, one per line: time, result, duration, detail. */
export function healthLines({ healthHistory }: ProcessDetail, paint: Paint): string[] {
  const rows = healthHistory.slice(-SHOWN).map(({ at, ok, took, detail }) => {
    const found = detail.split('\n').map((line) => printable(line, false))
    const verdict = ok ? paint('green', 'ok') : paint('red', 'failed')
    return [paint('gray', dateTime(at)), verdict, elapsed(took), found.join('\n')]
  })
  return layOut(rows, { columns: COLUMNS })
}
