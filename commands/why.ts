import { type Command, EXIT } from './shared/command.ts'
import { crashHint } from './shared/crash-hint.ts'
import { withManager } from './shared/open-manager.ts'
import { terminalWidth } from './shared/output.ts'
import { oneName } from './shared/usage.ts'

const DEFAULT_CAUSES = 5

export const why: Command = {
  name: 'why',
  aliases: [],
  summary: 'Explain how a process got into its current state',
  usage: 'why <name> [options]',
  options: [{ flags: '-n, --lines <N>', summary: `Show at most N causes (default: ${DEFAULT_CAUSES})` }],
  examples: [
    ['why web', 'What restarted it, why it crashed before that, and its last error'],
    ['why web --json', 'The same as one object'],
  ],
  async run(context) {
    const { flags, environment, print, printJson, paint } = context
    const name = oneName(context, 'why')
    const [{ wholeNumber }, { namedBy }, { chainText }] = await Promise.all([
      import('./shared/flag-values.ts'),
      import('./shared/selection.ts'),
      import('./format/chain.ts'),
    ])
    const most = flags.lines === undefined ? DEFAULT_CAUSES : wholeNumber('--lines', flags.lines)
    return await withManager(context, async (manager) => {
      const states = await namedBy([name], await manager.list())
      const chains = await Promise.all(
        states.map(async (state) => ({
          state,
          causes: await manager.why(state.name, most),
          report: flags.json ? undefined : await crashHint(state, manager, environment.program),
        })),
      )
      if (flags.json) {
        const found = chains.map(({ state: { name, status, reason }, causes }) => ({ name, status, reason, causes }))
        printJson(found.length === 1 ? found[0] : found)
      } else {
        const options = { paint, now: environment.now(), width: terminalWidth(environment.stdout) }
        print(chains.map((chain) => chainText(chain, options)).join('\n\n'))
      }
      return EXIT.done
    })
  },
}
