import { ProcessManagerError } from '../src/index.ts'
import { byWord } from '../src/internal.ts'
import type { Command } from './shared/command.ts'
import { commandOptions, runAndReport, TIMEOUT_OPTION, WAIT_OPTIONS } from './shared/lifecycle-command.ts'
import { noProcessesText, withDeclaredForOrder } from './shared/open-manager.ts'
import { DRY_RUN_OPTION, planProgress, printPlan } from './shared/plan.ts'
import { usageError } from './shared/usage.ts'

export const apply: Command = {
  name: 'apply',
  aliases: ['up'],
  summary: 'Make the running processes match the config',
  usage: 'apply [options]',
  options: [DRY_RUN_OPTION, ...WAIT_OPTIONS, TIMEOUT_OPTION],
  otherOptions: byWord({
    'leave it out: processes run in the background': '-d --detach',
    'leave it out: what the config no longer declares is stopped and removed': '--remove-orphans',
    '… restart NAME restarts a process that has not changed': '--force-recreate --build',
    '… scale NAME=COUNT sets the number of instances': '--scale',
    'leave it out: the config of the whole project is applied': '--no-deps',
  }),
  examples: [
    ['apply', 'Restart what has changed, start what is missing, remove what is gone'],
    ['apply --dry-run', 'Only show what would be done, and which settings have changed'],
  ],
  async run(context) {
    const [name] = context.names
    if (name !== undefined)
      throw usageError(`apply takes no names; to start one process: ${context.environment.program} start ${name}`)
    const options = commandOptions(context.flags)
    return await withDeclaredForOrder(context, async ({ manager, declared }) => {
      if (declared.file === null && declared.processes.length === 0)
        throw new ProcessManagerError('config', await noProcessesText(context, declared))
      const nothing = `nothing to apply: ${await noProcessesText(context, declared)}`
      const steps = await manager.plan()
      if (context.flags.dryRun) return printPlan(context, 'apply', steps, nothing)
      const followed = { manager, doing: 'Applying the config', ...planProgress(steps, 'apply') }
      return await runAndReport(context, followed, () => manager.apply(options), { declared, nothing })
    })
  },
}
