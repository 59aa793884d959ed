import { readState } from '../client/read-state.ts'
import { resolveOwn } from '../config/resolve-declared.ts'
import type { ResolvedProcess } from '../model/config/config.ts'
import type { ManagedProcess } from '../model/lifecycle/process.ts'
import { planOf as planFrom } from '../model/planning/dry-run.ts'
import type { PlannedAction, PlanStep } from '../model/planning/plan.ts'
import type { Selection } from '../model/planning/requests.ts'
import { resolveRequest } from '../model/planning/resolve.ts'
import type { ManagerOptions } from './options.ts'
import { startRequest } from './request.ts'

interface Planned {
  action: PlannedAction
  selection: Selection
  /** Numbers of instances, for `scale`. */
  scale?: Record<string, number>
}

/** The steps of a command, from the saved state. Rejects with a `config` or `unknown-process` error, one sentence. */
export async function planOf(
  options: ManagerOptions,
  cwd: string,
  tuixDir: string,
  planned: Planned,
): Promise<PlanStep[]> {
  const current = readState(tuixDir)
  const declared = () => declaredBy(options, cwd, current, planned.action === 'scale' ? planned.scale : {})
  return planFrom({ ...planned, source: options.source }, current, declared)
}

/** The declared configs by name, instances expanded, as a supervisor would resolve the same request. */
export async function declaredBy(
  options: ManagerOptions,
  cwd: string,
  current: ManagedProcess[],
  scale: Record<string, number> = {},
): Promise<Map<string, ResolvedProcess>> {
  const request = await startRequest(options, cwd, { all: true }, { scale }, [])
  const present = current.map(({ config }) => config)
  return resolveRequest(request, present, resolveOwn)
}
