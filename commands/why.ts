import { ProcessManagerError } from '../src/index.ts'
import { type Command, EXIT } from './command.ts'
import { widthOf } from './list-options.ts'
import { openManager } from './session.ts'

const DEFAULT_LINKS = 5

export const why: Command = {
  name: 'why',
  aliases: [],
  summary: 'Tell why a process is as it is: what led to it',
  usage: 'why <name> [options]',
  options: [{ flags: '-n, --lines <N>', summary: `At most N links of the chain (default: ${DEFAULT_LINKS})` }],
  examples: [
    ['why web', 'What restarted it, why it had crashed before that, and with what words'],
    ['why web --json', 'The same as an object'],
  ],
  async run(context) {
    const { names, flags, environment, print, paint } = context
    if (names.length !== 1)
      throw new ProcessManagerError(
        'usage',
        `why takes one name${names.length > 1 ? `, but got ${names.join(' ')}` : ''}`,
      )
    const [{ wholeNumber }, { namedBy }, { chainText }] = await Promise.all([
      import('./values.ts'),
      import('./selection.ts'),
      import('./format/chain.ts'),
    ])
    const most = flags.lines === undefined ? DEFAULT_LINKS : wholeNumber('--lines', flags.lines)
    const manager = await openManager(context)
    try {
      const states = await namedBy(names, await manager.list())
      const chains = await Promise.all(
        states.map(async (state) => ({ state, causes: await manager.why(state.name, most) })),
      )
      if (flags.json) {
        const told = chains.map(({ state: { name, status, reason }, causes }) => ({ name, status, reason, causes }))
        print(JSON.stringify(told.length === 1 ? told[0] : told, null, 2))
      } else {
        print(
          chains
            .map((chain) => chainText(chain, { paint, now: environment.now(), width: widthOf(environment.stdout) }))
            .join('\n\n'),
        )
      }
      return EXIT.done
    } finally {
      await manager.close()
    }
  },
}
