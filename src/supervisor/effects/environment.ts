import { withoutInstance } from '../../model/config/instances.ts'
import { ownVariables } from '../../model/config/variables.ts'
import type { ManagedProcess } from '../../model/lifecycle/process.ts'
import { configOfRun } from '../../model/lifecycle/references.ts'
import { MARKER, markerOf } from '../../model/tree/members.ts'
import { readAllEnvironment } from '../../system/process/proc.ts'
import type { Managed } from '../managed.ts'

/** The environment of a process's health checks and hooks, which is that of the process itself. */
export function environmentOf(
  { environment, process }: Managed,
  inherited: Record<string, string>,
): Record<string, string> {
  return { ...(environment ?? inherited), ...ownVariables(configOfRun(process), process) }
}

/**
 * What a living run inherited from the command that started it. A supervisor does not save that, so the next one reads it from the
 * process. Undefined if it cannot be read, or if the process has overwritten it.
 */
export function inheritedBy(leader: number, process: ManagedProcess): Record<string, string> | undefined {
  const { id, run, config } = process
  const { [MARKER]: marker, ...variables } = readAllEnvironment(leader) ?? {}
  if (marker !== markerOf(id, run)) return undefined
  const added = new Set(Object.keys(ownVariables(config, process)))
  return withoutInstance(Object.fromEntries(Object.entries(variables).filter(([name]) => !added.has(name))))
}
