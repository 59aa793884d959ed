import { appliedMessage, type PlannedAction, type PlanStep } from '../src/index.ts'
import { type CommandContext, type CommandOption, EXIT } from './command.ts'
import type { Followed } from './follow.ts'

export const DRY_RUN_OPTION: CommandOption = {
  flags: '--dry-run',
  summary: 'Only tell what would be done, in this order',
}

/** Prints what a command would do, and does none of it. `nothing`: what to say where that is nothing. */
export function tellPlan(context: CommandContext, action: PlannedAction, steps: PlanStep[], nothing: string): number {
  const { flags, print, note, paint } = context
  if (flags.json) print(JSON.stringify(steps, null, 2))
  else if (steps.length === 0) note(nothing)
  else for (const step of steps) print(`${paint('bold', step.name)}: ${wouldBe(step, action)}`)
  return EXIT.done
}

function wouldBe({ action, changes, neededBy }: PlanStep, planned: PlannedAction): string {
  switch (action) {
    case 'keep':
      return kept(planned)
    case 'start':
      return neededBy === undefined ? 'would be started' : `would be started, for ${neededBy}`
    case 'restart':
      return changes.length === 0 ? 'would be restarted' : `would be restarted: ${changes.join(', ')} changed`
    case 'stop':
      return 'would be stopped'
    case 'remove':
      return removed(planned)
    default:
      return action satisfies never
  }
}

/** What is said of one that nothing is to be done with. */
function kept(planned: PlannedAction): string {
  if (planned === 'apply') return 'unchanged'
  return planned === 'stop' ? 'already stopped' : 'already running'
}

function removed(planned: PlannedAction): string {
  if (planned === 'remove') return 'would be removed'
  return planned === 'scale' ? 'would be removed: one too many' : 'would be removed: no longer declared'
}

/** What is done with each process, and what to say of it then, by what a plan says of it. */
export function followPlan(steps: PlanStep[], planned: PlannedAction): Pick<Followed, 'actionOf' | 'doneText'> {
  const byName = new Map(steps.map((step) => [step.name, step]))
  return {
    actionOf({ name }) {
      const action = byName.get(name)?.action
      return action === 'keep' ? 'start' : (action ?? null)
    },
    doneText(name) {
      const step = byName.get(name)
      if (planned === 'apply') return step && appliedMessage(step)
      return step?.action === 'keep' ? kept(planned) : undefined
    },
  }
}
