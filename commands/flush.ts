import { type Command, EXIT } from './command.ts'
import { reportOutcomes } from './outcomes.ts'
import { namesOf, selectionOf } from './selection.ts'
import { openManager } from './session.ts'

export const flush: Command = {
  name: 'flush',
  aliases: [],
  summary: 'Empty the logs of all processes, or of those named',
  usage: 'flush [name…] [options]',
  options: [{ flags: '--group <name>', summary: 'Every process of this group' }],
  examples: [
    ['flush web', 'Empty the log of one process; it goes on writing'],
    ['flush', 'Empty all logs'],
  ],
  async run(context) {
    const { flags, note } = context
    const manager = await openManager(context)
    try {
      const states = await manager.list()
      const selection = (await selectionOf(context, () => namesOf(states))) ?? { all: true }
      if (states.length === 0) {
        note('no processes yet, so no logs')
        return EXIT.done
      }
      const outcomes = await manager.flush(selection)
      // What it is running as is no part of the news, for people.
      const shown = flags.json ? outcomes : outcomes.map(({ state, ...outcome }) => outcome)
      return reportOutcomes(context, shown, { nothing: 'nothing to flush' })
    } finally {
      await manager.close()
    }
  },
}
