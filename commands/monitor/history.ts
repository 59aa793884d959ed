import type { ProcessState } from '../../src/index.ts'

/** Usage over the last minutes, oldest first; null: it did not run. */
export interface Samples {
  cpu: readonly (number | null)[]
  memory: readonly (number | null)[]
}

/** By name of process. */
export type History = Readonly<Record<string, Samples>>

/** Samples that are kept of each process; one a second makes three minutes. */
const KEPT = 180

/** With one more sample of each process; those that are gone are forgotten. */
export function withSample(history: History, states: readonly ProcessState[]): History {
  return Object.fromEntries(
    states.map(({ name, cpu, memory }) => {
      const before = history[name] ?? { cpu: [], memory: [] }
      return [name, { cpu: append(before.cpu, cpu), memory: append(before.memory, memory) }]
    }),
  )
}

function append(values: readonly (number | null)[], value: number | null): (number | null)[] {
  return [...values.slice(1 - KEPT), value]
}
