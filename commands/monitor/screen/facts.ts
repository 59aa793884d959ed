import type { ProcessState } from '../../../src/index.ts'
import type { Fact } from '../../format/fact.ts'
import { runFacts } from '../../format/facts-run.ts'
import { clip, type Row, span } from '../view/span.ts'

/** Told by the row of the process already. */
const IN_THE_ROW = new Set(['group', 'cpu', 'memory'])

/** The most important of the selected process, for the room that the list leaves; all of it is in the details. */
export function factRows(state: ProcessState, { width, now }: { width: number; now: number }): Row[] {
  const facts: Fact[] = [
    ['command', state.command],
    ['folder', state.cwd],
    ...(state.port === null ? [] : [['port', String(state.port)] satisfies Fact]),
    ...(state.dependsOn.length === 0 ? [] : [['depends on', state.dependsOn.join(', ')] satisfies Fact]),
    ...runFacts(state, now).filter(([label]) => !IN_THE_ROW.has(label)),
  ]
  const labels = Math.max(...facts.map(([label]) => label.length))
  const rows = facts.map(([label, value]) => [span(` ${label.padEnd(labels)}  `, { color: 'gray' }), span(value)])
  return [[span(` ${state.name}`, { bold: true })], ...rows.map((row) => clip(row, width))]
}
