import { type PlanStep, type ProcessManager, ProcessManagerError } from '../src/index.ts'
import { commandOptions, TIMEOUT_OPTION, WAIT_OPTIONS } from './act.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { noteDrift } from './drift.ts'
import { reportOutcomes } from './outcomes.ts'
import { withProgress } from './progress.ts'
import { openDeclared } from './session.ts'
import { withoutNames } from './usage.ts'

export const apply: Command = {
  name: 'apply',
  aliases: ['up'],
  summary: 'Make what runs match the config',
  usage: 'apply [options]',
  options: [{ flags: '--dry-run', summary: 'Only tell what would be done' }, ...WAIT_OPTIONS, TIMEOUT_OPTION],
  examples: [
    ['apply', 'Restart what has changed, start what is new or down, remove what is gone'],
    ['apply --dry-run', 'See what that would be, and because of which settings'],
  ],
  async run(context) {
    withoutNames(context, 'apply')
    const options = commandOptions(context.flags)
    const { manager, declared } = await openDeclared(context)
    try {
      if (declared.file === null && declared.processes.length === 0)
        throw new ProcessManagerError('config', `there is no config in ${declared.folder}, so nothing to apply`)
      if (context.flags.dryRun) return await tellPlan(context, manager)
      const outcomes = await withProgress(context, 'Applying the config', () => manager.apply(options))
      await noteDrift(declared, manager)
      return reportOutcomes(context, outcomes, { nothing: 'nothing to apply: the config declares no process' })
    } finally {
      await manager.close()
    }
  },
}

async function tellPlan({ flags, print, note, paint }: CommandContext, manager: ProcessManager): Promise<number> {
  const steps = await manager.plan()
  if (flags.json) print(JSON.stringify(steps, null, 2))
  else if (steps.length === 0) note('nothing to apply: the config declares no process')
  else for (const step of steps) print(`${paint('bold', step.name)}: ${wouldBe(step)}`)
  return EXIT.done
}

function wouldBe({ action, changes }: PlanStep): string {
  switch (action) {
    case 'keep':
      return 'unchanged'
    case 'start':
      return 'would be started'
    case 'restart':
      return `would be restarted: ${changes.join(', ')} changed`
    case 'remove':
      return 'would be removed: no longer declared'
    default:
      return action satisfies never
  }
}
