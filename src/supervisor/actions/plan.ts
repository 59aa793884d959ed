import { planOf } from '../../model/planning/dry-run.ts'
import type { PlanStep } from '../../model/planning/plan.ts'
import type { PlanRequest } from '../../protocol/inputs.ts'
import type { SupervisorContext } from '../context.ts'

/** What a command would do. Nothing is changed. */
export async function plan(context: SupervisorContext, request: PlanRequest): Promise<PlanStep[]> {
  const { action = 'apply', scale, source, names, group, all } = request
  const selection = { ...(names && { names }), ...(group !== undefined && { group }), ...(all && { all }) }
  const planned = { action, selection, source, ...(scale && { scale }) }
  return planOf(planned, context.processes.snapshot(), () => context.registry.resolve(request))
}
