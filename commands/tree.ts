import { type Command, EXIT } from './command.ts'
import { widthOf } from './list-options.ts'
import { mayReveal } from './reveal.ts'
import { namedBy } from './selection.ts'
import { openManager } from './session.ts'

export const tree: Command = {
  name: 'tree',
  aliases: [],
  summary: 'Show processes with everything that they have started, and its usage',
  usage: 'tree [name…] [options]',
  options: [{ flags: '--reveal', summary: 'Show secrets instead of ••••, on a terminal only' }],
  examples: [
    ['tree', 'Every process with its descendants'],
    ['tree web', 'One of them'],
    ['tree --json', 'An object for each process, with its members and totals'],
  ],
  async run(context) {
    const { environment, flags, names, print, note, paint, symbols } = context
    const reveal = mayReveal(context)
    const manager = await openManager(context)
    try {
      const [states, trees] = await Promise.all([manager.list(), manager.trees({ reveal })])
      const { branchesOf, treeJson, treeText } = await import('./format/tree.ts')
      const shown = names.length > 0 ? await namedBy(names, states) : states
      const branches = branchesOf(shown, trees)
      if (flags.json) print(JSON.stringify(treeJson(branches), null, 2))
      else if (branches.length === 0) note('no processes yet')
      else print(treeText(branches, { paint, symbols, now: environment.now(), width: widthOf(environment.stdout) }))
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}
