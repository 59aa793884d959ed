import type { ProcessState } from '../../src/index.ts'

/** Usage over the last minutes, oldest first. Null: the process was not running. */
export interface Samples {
  cpu: readonly (number | null)[]
  memory: readonly (number | null)[]
}

/** Samples by process name. */
export type History = Readonly<Record<string, Samples>>

/** Samples kept per process: three minutes at one per second. */
const KEPT = 180

/** Adds a sample of each process, and drops processes that are gone. */
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
