import { type Referable, referenceCycle, referenceProblem } from '../model/config/references.ts'
import type { Draft } from './draft.ts'
import { configErrorAt, within } from './place.ts'
import type { ParsedProcess } from './resolve/index.ts'

/**
 * Refuses a reference that no start could replace: to a process, or a port, that is not declared, or to one that needs the process
 * itself. `drafts` are those of the processes, in the same order.
 */
export function refuseInvalidReferences(processes: readonly ParsedProcess[], drafts: readonly Draft[]): void {
  const all = processes.flatMap(withInstances)
  for (const [index, process] of processes.entries()) {
    const problem = referenceProblem(process, all) ?? referenceCycle(process, all)
    if (problem) throw referenceError(problem.path, problem.predicate, drafts[index])
  }
}

/** A `config` error about the setting at this path of a process. */
export function referenceError(path: string[], predicate: string, draft: Draft | undefined): Error {
  const [key = '', variable = ''] = path
  const written = (key === 'env' && draft?.env.get(variable)) || draft?.settings.get(key)
  const from = (written || undefined)?.from ?? draft?.from ?? { path: '' }
  const keys = path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  return configErrorAt(within(from, ...keys), predicate)
}

/** A process, and its instances, which have names of their own. */
function withInstances(process: ParsedProcess): Referable[] {
  const { name, instances = 1 } = process
  if (instances === 1) return [process]
  const numbered = Array.from({ length: instances }, (_, index) => ({
    ...process,
    name: `${name}-${index + 1}`,
    instanceOf: name,
  }))
  return [process, ...numbered]
}
