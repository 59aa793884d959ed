import { readState } from './client/discover.ts'
import type { ResolvedProcess } from './model/config.ts'
import type { Selection } from './model/control.ts'
import { planEnd, planReload, planScale, planStart } from './model/foresee.ts'
import { type PlannedAction, type PlanStep, planApply } from './model/plan.ts'
import type { ManagedProcess } from './model/process.ts'
import { resolveRequest } from './model/resolve.ts'
import type { ManagerOptions } from './options.ts'
import { startRequest } from './request.ts'
import { resolveDeclared } from './resolve-declared.ts'

export interface Planned {
  action: PlannedAction
  selection: Selection
  /** Of `scale`: how many instances of which. */
  scale?: Record<string, number>
}

/** What a command would do, by what is on the disk. Rejects with a `config` or `unknown-process` error, one sentence. */
export async function planOf(
  options: ManagerOptions,
  cwd: string,
  tuixDir: string,
  planned: Planned,
): Promise<PlanStep[]> {
  const { action, selection, scale = {} } = planned
  const current = readState(tuixDir)
  switch (action) {
    case 'stop':
    case 'remove':
      return planEnd(action, current, selection)
    case 'start':
    case 'restart':
      return planStart(action, current, await declaredBy(options, cwd, current), selection)
    case 'reload':
      return planReload(current, await declaredBy(options, cwd, current), selection)
    case 'scale':
      return planScale(current, await declaredBy(options, cwd, current, scale), Object.keys(scale))
    case 'apply':
      return planApply(current, (await declaredBy(options, cwd, current)).values(), options.source)
    default:
      return action satisfies never
  }
}

/** What is declared, by name, instances expanded: what a supervisor would make of the same request. */
export async function declaredBy(
  options: ManagerOptions,
  cwd: string,
  current: ManagedProcess[],
  scale: Record<string, number> = {},
): Promise<Map<string, ResolvedProcess>> {
  const request = await startRequest(options, cwd, { all: true }, { scale }, [])
  const present = current.map(({ config }) => config)
  return resolveRequest(request, present, resolveDeclared)
}
