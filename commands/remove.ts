import type { Outcome } from '../src/index.ts'
import { byWord } from '../src/internal.ts'
import type { Command, CommandContext } from './shared/command.ts'
import { commandOptions, NO_VOLUMES, SELECT_OPTIONS, TIMEOUT_OPTION } from './shared/lifecycle-command.ts'
import { loadDeclarations, withManagerForOrder } from './shared/open-manager.ts'
import { refuseOtherNames } from './shared/other-names.ts'
import { DRY_RUN_OPTION, printPlan } from './shared/plan.ts'
import { withSpinner } from './shared/progress/spinner.ts'
import { reportOutcomes } from './shared/report.ts'
import { namedBy, namesOf, nothingSelected, selectionOf } from './shared/selection.ts'

export const remove: Command = {
  name: 'remove',
  aliases: ['rm'],
  summary: 'Stop processes and forget them',
  usage: 'remove [name…] [options]',
  options: [
    ...SELECT_OPTIONS,
    { flags: '--logs', summary: 'Also delete their log files, including archives' },
    DRY_RUN_OPTION,
    TIMEOUT_OPTION,
  ],
  otherOptions: byWord({ ...NO_VOLUMES, 'leave it out: what runs is stopped first': '-f --force -s --stop' }),
  examples: [
    ['remove web', 'Stop and forget web; its log files stay'],
    ["remove 'job-*' --logs", 'Remove all matching processes and their log files'],
  ],
  async run(context) {
    const { flags } = context
    const options = { ...commandOptions(flags), ...(flags.logs && { logs: true }) }
    return await withManagerForOrder(context, async (manager) => {
      const known = async () => namesOf(flags.dryRun ? await manager.saved() : await manager.list())
      const selection = await selectionOf(context, known)
      if (!selection) throw nothingSelected('remove', await known())
      await refuseOtherNames(selection, known)
      const nothing = 'nothing to remove'
      if ((await known()).length === 0) {
        // No supervisor has to be started for that. Throws for every name.
        await namedBy(context.names, [])
        return await reportOutcomes(context, [], { nothing })
      }
      if (flags.dryRun) return printPlan(context, 'remove', await manager.plan('remove', selection), nothing)
      const outcomes = await withSpinner(context, 'Removing', () => manager.execute('remove', selection, options))
      const code = await reportOutcomes(context, outcomes, { nothing })
      await noteStillDeclared(context, outcomes)
      return code
    })
  },
}

/** Notes which removed processes are still in the config, so that the next start brings them back. */
async function noteStillDeclared(context: CommandContext, outcomes: Outcome[]): Promise<void> {
  const removed = outcomes.filter(({ ok }) => ok).map(({ name }) => name)
  if (removed.length === 0) return
  // A broken config brings nothing back; commands that need the config report the error.
  const declared = await loadDeclarations({ ...context, warn: () => {} }).catch(() => undefined)
  const names = declared?.processes.map(({ name }) => name).filter((name) => removed.some(isOf(name))) ?? []
  if (names.length === 0) return
  const again = `${context.environment.program} start ${names.join(' ')}`
  context.note(`still declared in the config: ${names.join(', ')}; to start again: ${again}`)
}

/** Tests whether a process is the declared one or an instance of it. */
function isOf(declared: string): (name: string) => boolean {
  return (name) =>
    name === declared || (name.startsWith(`${declared}-`) && /^\d+$/.test(name.slice(declared.length + 1)))
}
