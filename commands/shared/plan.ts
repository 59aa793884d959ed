import type { PlannedAction, PlanStep } from '../../src/index.ts'
import { planStep } from '../../src/internal.ts'
import { type CommandContext, type CommandOption, EXIT } from './command.ts'
import type { Followed } from './progress/follow.ts'

export const DRY_RUN_OPTION: CommandOption = {
  flags: '--dry-run',
  summary: 'Only show what would be done, in order',
}

/** Prints what a command would do. `nothing` is the message if it would do nothing. Returns the exit code. */
export function printPlan(context: CommandContext, action: PlannedAction, steps: PlanStep[], nothing: string): number {
  const { flags, print, printJson, note, paint } = context
  if (flags.json) printJson(steps)
  else if (steps.length === 0) note(nothing)
  else for (const step of steps) print(`${paint('bold', step.name)}: ${plannedText(step, action)}`)
  return EXIT.done
}

function plannedText({ action, changes, neededBy }: PlanStep, planned: PlannedAction): string {
  switch (action) {
    case 'keep':
      return keptText(planned)
    case 'start':
      return neededBy === undefined ? 'would be started' : `would be started, for ${neededBy}`
    case 'restart':
      return changes.length === 0 ? 'would be restarted' : `would be restarted: ${changes.join(', ')} changed`
    case 'stop':
      return 'would be stopped'
    case 'remove':
      return removedText(planned)
    default:
      return action satisfies never
  }
}

/** The text for a process that needs no action. */
function keptText(planned: PlannedAction): string {
  if (planned === 'apply') return 'unchanged'
  return planned === 'stop' ? 'already stopped' : 'already running'
}

function removedText(planned: PlannedAction): string {
  if (planned === 'remove') return 'would be removed'
  return planned === 'scale' ? 'would be removed: one too many' : 'would be removed: no longer declared'
}

/** How to follow the progress of a plan: the action of each process, and its text when it is done. */
export function planProgress(steps: PlanStep[], planned: PlannedAction): Pick<Followed, 'actionOf' | 'doneText'> {
  const byName = new Map(steps.map((step) => [step.name, step]))
  return {
    actionOf({ name }) {
      const action = byName.get(name)?.action
      return action === 'keep' ? 'start' : (action ?? null)
    },
    doneText(name) {
      const step = byName.get(name)
      if (planned === 'apply') return step && planStep(step)
      return step?.action === 'keep' ? keptText(planned) : undefined
    },
  }
}
