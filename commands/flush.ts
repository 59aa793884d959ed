import { type Command, EXIT } from './shared/command.ts'
import { nothingYetText, withManagerForOrder } from './shared/open-manager.ts'
import { refuseOtherNames } from './shared/other-names.ts'
import { reportOutcomes } from './shared/report.ts'
import { namedBy, namesOf, selectionOf } from './shared/selection.ts'

export const flush: Command = {
  name: 'flush',
  aliases: [],
  summary: 'Empty the logs of all or the named processes',
  usage: 'flush [name…] [options]',
  options: [{ flags: '--group <name>', summary: 'Every process in this group' }],
  examples: [
    ['flush web', 'Empty the log of one process, which keeps writing'],
    ['flush', 'Empty all logs'],
  ],
  async run(context) {
    const { flags, note } = context
    return await withManagerForOrder(context, async (manager) => {
      const states = await manager.list()
      const selection = (await selectionOf(context, () => namesOf(states))) ?? { all: true }
      await refuseOtherNames(selection, async () => namesOf(states))
      if (states.length === 0) {
        // Throws for every name, as `logs` does.
        await namedBy(context.names, states)
        note(await nothingYetText(context))
        return EXIT.done
      }
      const outcomes = await manager.flush(selection)
      // For people the pid is irrelevant here.
      const shown = flags.json ? outcomes : outcomes.map(({ state, ...outcome }) => outcome)
      return await reportOutcomes(context, shown, { nothing: 'nothing to flush' })
    })
  },
}
