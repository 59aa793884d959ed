import type { ProcessEntry } from '../../system/process/process-entry.ts'
import type { Doubts } from './tree-service.ts'

/** Processes that are named; of more there is the number. */
const NAMED = 3

/** The warnings about what was left alone. */
export function doubtTexts({ writers, hidden }: Doubts): string[] {
  const written = writers.map(
    (entry) => `${named(entry)} writes to its log file, but nothing proves that it is part of it: it was left alone`,
  )
  if (hidden.length === 0) return written
  const count = hidden.length === 1 ? '1 process' : `${hidden.length} processes`
  const names = hidden.slice(0, NAMED).map(named).join(', ')
  const more = hidden.length > NAMED ? ', …' : ''
  return [
    ...written,
    `${count} of your user, begun during its run, could not be looked into and may be part of it: ${names}${more}`,
  ]
}

function named({ pid, name }: ProcessEntry): string {
  return `pid ${pid} (${name})`
}
