import { type Command, EXIT } from './shared/command.ts'
import { withManager } from './shared/open-manager.ts'
import { mayReveal, REVEAL_OPTION } from './shared/reveal.ts'
import { namedBy } from './shared/selection.ts'

export const ports: Command = {
  name: 'ports',
  aliases: [],
  summary: 'Show listening ports and port conflicts',
  usage: 'ports [name…] [options]',
  options: [REVEAL_OPTION],
  examples: [
    ['ports', 'Every TCP and UDP port that a process listens on'],
    ['ports web', 'The ports of one process'],
    ['ports --json', 'One object per port'],
  ],
  async run(context) {
    const { flags, names, print, printJson, note, paint, symbols } = context
    const reveal = mayReveal(context)
    return await withManager(context, async (manager) => {
      const [states, trees] = await Promise.all([manager.list(), manager.trees({ reveal })])
      const [{ portRows, portsText }, { branchesOf }] = await Promise.all([
        import('./format/ports.ts'),
        import('./format/tree.ts'),
      ])
      const shown = names.length > 0 ? await namedBy(names, states) : states
      const rows = portRows(branchesOf(shown, trees))
      if (flags.json) printJson(rows)
      else if (rows.length === 0) note('no process listens on a port, and none is declared')
      else print(portsText(rows, paint, symbols))
      return EXIT.done
    })
  },
}
