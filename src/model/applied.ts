import type { PlanStep } from './plan.ts'

/** What is said of one that was removed because no config declares it any more. */
export const UNDECLARED = 'removed: no longer declared'

/** What to say of a step that went well; undefined: what the process itself has to say. */
export function appliedMessage({ action, changes }: PlanStep): string | undefined {
  if (action === 'keep') return 'unchanged'
  if (action === 'remove') return UNDECLARED
  return action === 'restart' ? `restarted: ${changes.join(', ')} changed` : undefined
}
