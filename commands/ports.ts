import { type Command, EXIT } from './command.ts'
import { mayReveal } from './reveal.ts'
import { namedBy } from './selection.ts'
import { openManager } from './session.ts'

export const ports: Command = {
  name: 'ports',
  aliases: [],
  summary: 'Show what listens where, and who has a port that it should not have',
  usage: 'ports [name…] [options]',
  options: [{ flags: '--reveal', summary: 'Show secrets instead of ••••, on a terminal only' }],
  examples: [
    ['ports', 'Every port that a process listens on, TCP and UDP'],
    ['ports web', 'Those of one process'],
    ['ports --json', 'An object for each port'],
  ],
  async run(context) {
    const { flags, names, print, note, paint, symbols } = context
    const reveal = mayReveal(context)
    const manager = await openManager(context)
    try {
      const [states, trees] = await Promise.all([manager.list(), manager.trees({ reveal })])
      const { portRows, portsText } = await import('./format/ports.ts')
      const { branchesOf } = await import('./format/tree.ts')
      const shown = names.length > 0 ? await namedBy(names, states) : states
      const rows = portRows(branchesOf(shown, trees))
      if (flags.json) print(JSON.stringify(rows, null, 2))
      else if (rows.length === 0) note('nothing listens on a port, and no port is declared')
      else print(portsText(rows, paint, symbols))
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}
