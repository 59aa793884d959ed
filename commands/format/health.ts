import type { ProcessDetail } from '../../src/index.ts'
import type { Paint } from './color.ts'
import { printable } from './printable.ts'
import { dateTime, elapsed } from './units.ts'

/** Checks that are shown. */
const SHOWN = 5

/** The last health checks, one a line: when, how it went, how long it took, what was found. */
export function healthLines({ healthHistory }: ProcessDetail, paint: Paint): string[] {
  return healthHistory.slice(-SHOWN).flatMap(({ at, ok, took, detail }) => {
    const [first = '', ...more] = detail.split('\n').map((line) => printable(line, false))
    const verdict = ok ? paint('green', 'ok    ') : paint('red', 'failed')
    const line = `${paint('gray', dateTime(at))}  ${verdict}  ${elapsed(took).padStart(5)}  ${first}`
    return [line.trimEnd(), ...more.map((text) => `    ${text}`.trimEnd())]
  })
}
