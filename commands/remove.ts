import type { Outcome } from '../src/index.ts'
import { commandOptions, SELECT_OPTIONS, TIMEOUT_OPTION } from './act.ts'
import type { Command, CommandContext } from './command.ts'
import { loadDeclarations } from './declarations.ts'
import { reportOutcomes } from './outcomes.ts'
import { DRY_RUN_OPTION, tellPlan } from './plan.ts'
import { withProgress } from './progress.ts'
import { namesOf, nothingSelected, selectionOf } from './selection.ts'
import { openManager } from './session.ts'

export const remove: Command = {
  name: 'remove',
  aliases: ['rm'],
  summary: 'Stop processes and forget them',
  usage: 'remove [name…] [options]',
  options: [
    ...SELECT_OPTIONS,
    { flags: '--logs', summary: 'Delete their log files too, archives included' },
    DRY_RUN_OPTION,
    TIMEOUT_OPTION,
  ],
  examples: [
    ['remove web', 'Stop web and forget it; its log files stay'],
    ["remove 'job-*' --logs", 'All that match, with their log files'],
  ],
  async run(context) {
    const { flags } = context
    const options = { ...commandOptions(flags), ...(flags.logs && { logs: true }) }
    const manager = await openManager(context)
    try {
      const known = async () => namesOf(flags.dryRun ? manager.saved() : await manager.list())
      const selection = await selectionOf(context, known)
      if (!selection) throw nothingSelected('remove', await known())
      const nothing = 'nothing to remove'
      if (flags.dryRun) return tellPlan(context, 'remove', await manager.plan('remove', selection), nothing)
      const outcomes = await withProgress(context, 'Removing', () => manager.execute('remove', selection, options))
      const code = reportOutcomes(context, outcomes, { nothing })
      await tellDeclared(context, outcomes)
      return code
    } finally {
      await manager.close()
    }
  },
}

/** What the config declares is gone until the next start only. */
async function tellDeclared(context: CommandContext, outcomes: Outcome[]): Promise<void> {
  const removed = outcomes.filter(({ ok }) => ok).map(({ name }) => name)
  if (removed.length === 0) return
  // A config that cannot be loaded brings nothing back; those who need it will hear why.
  const declared = await loadDeclarations({ ...context, warn: () => {} }).catch(() => undefined)
  const names = declared?.processes.map(({ name }) => name).filter((name) => removed.some(isOf(name))) ?? []
  if (names.length === 0) return
  const again = `${context.environment.program} start ${names.join(' ')}`
  context.note(`still declared by the config: ${names.join(', ')}; back with: ${again}`)
}

/** Whether a process is the declared one, or an instance of it. */
function isOf(declared: string): (name: string) => boolean {
  return (name) =>
    name === declared || (name.startsWith(`${declared}-`) && /^\d+$/.test(name.slice(declared.length + 1)))
}
