import { ProcessManagerError } from '../src/index.ts'
import { commandOptions, TIMEOUT_OPTION, WAIT_OPTIONS } from './act.ts'
import { carryOut, interrupted } from './carry-out.ts'
import type { Command } from './command.ts'
import { noteDrift } from './drift.ts'
import { reportOutcomes } from './outcomes.ts'
import { DRY_RUN_OPTION, followPlan, tellPlan } from './plan.ts'
import { openDeclared } from './session.ts'
import { withoutNames } from './usage.ts'

export const apply: Command = {
  name: 'apply',
  aliases: ['up'],
  summary: 'Make what runs match the config',
  usage: 'apply [options]',
  options: [DRY_RUN_OPTION, ...WAIT_OPTIONS, TIMEOUT_OPTION],
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
      const nothing = 'nothing to apply: the config declares no process'
      const steps = await manager.plan()
      if (context.flags.dryRun) return tellPlan(context, 'apply', steps, nothing)
      const followed = { manager, doing: 'Applying the config', startsOthers: true, ...followPlan(steps, 'apply') }
      const { outcomes, told, took } = await carryOut(context, followed, () => manager.apply(options))
      if (!outcomes) return interrupted(context)
      await noteDrift(declared, manager)
      return reportOutcomes(context, outcomes, { nothing, told, took })
    } finally {
      await manager.close()
    }
  },
}
