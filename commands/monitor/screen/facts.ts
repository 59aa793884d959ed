import type { ProcessState } from '../../../src/index.ts'
import { runFacts } from '../../format/facts-run.ts'
import type { Fact } from '../../format/table.ts'
import { padEnd, widest } from '../../format/width.ts'
import { clip, type Row, span } from '../view/span.ts'

/** Facts that the row of the process shows already. */
const IN_THE_ROW = new Set(['group', 'cpu', 'memory'])

/** The most important facts about the selected process, below the list. The details page has all of them. */
export function factRows(state: ProcessState, { width, now }: { width: number; now: number }): Row[] {
  const facts: Fact[] = [
    ['command', state.command],
    ['cwd', state.cwd],
    ...(state.port === null ? [] : [['port', String(state.port)] satisfies Fact]),
    ...(state.dependsOn.length === 0 ? [] : [['depends on', state.dependsOn.join(', ')] satisfies Fact]),
    ...runFacts(state, now).filter(([label]) => !IN_THE_ROW.has(label)),
  ]
  const labels = widest(facts.map(([label]) => label))
  const rows = facts.map(([label, value]) => [span(` ${padEnd(label, labels)}  `, { color: 'gray' }), span(value)])
  return [[span(` ${state.name}`, { bold: true })], ...rows.map((row) => clip(row, width))]
}
