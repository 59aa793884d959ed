import { type Command, EXIT } from './shared/command.ts'
import { nothingYetText, withManager } from './shared/open-manager.ts'
import { terminalWidth } from './shared/output.ts'
import { mayReveal, REVEAL_OPTION } from './shared/reveal.ts'
import { namedBy } from './shared/selection.ts'

export const tree: Command = {
  name: 'tree',
  aliases: [],
  summary: 'Show processes with their descendants and usage',
  usage: 'tree [name…] [options]',
  options: [REVEAL_OPTION],
  examples: [
    ['tree', 'Every process with its descendants'],
    ['tree web', 'One process with its descendants'],
    ['tree --json', 'One object per process, with its members and totals'],
  ],
  async run(context) {
    const { environment, flags, names, print, printJson, note, paint, symbols } = context
    const reveal = mayReveal(context)
    return await withManager(context, async (manager) => {
      const [states, trees] = await Promise.all([manager.list(), manager.trees({ reveal })])
      const { branchesOf, treeJson, treeText } = await import('./format/tree.ts')
      const shown = names.length > 0 ? await namedBy(names, states) : states
      const branches = branchesOf(shown, trees)
      if (flags.json) printJson(treeJson(branches))
      else if (branches.length === 0) note(await nothingYetText(context))
      else {
        const width = terminalWidth(environment.stdout)
        print(treeText(branches, { paint, symbols, now: environment.now(), width }))
      }
      return EXIT.done
    })
  },
}
