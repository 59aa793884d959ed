import type { AddedEnvironment } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './shared/command.ts'
import { withDeclared, withManager } from './shared/open-manager.ts'
import { mayReveal, REVEAL_OPTION } from './shared/reveal.ts'
import { isGlob, namedBy, namesOf } from './shared/selection.ts'
import { oneName } from './shared/usage.ts'

export const env: Command = {
  name: 'env',
  aliases: [],
  summary: 'Show the environment variables added to a process',
  usage: 'env <name> [options]',
  options: [REVEAL_OPTION],
  examples: [
    ['env web', 'Variables from the config and the supervisor, one NAME=value per line'],
    ['env web --json', 'One object, or a list for several instances'],
  ],
  async run(context) {
    const { flags, print, printJson, paint } = context
    const reveal = mayReveal(context)
    const name = oneName(context, 'env')
    const { oneLine } = await import('./format/printable.ts')
    const environments = await environmentsOf(context, name, reveal)
    if (flags.json) {
      printJson(environments.length === 1 ? environments[0] : environments)
      return EXIT.done
    }
    const texts = environments.map(({ name: of, variables }) => {
      const head = environments.length === 1 ? [] : [paint('bold', `# ${of}`)]
      // A line break in a value would look like two variables.
      const lines = Object.entries(variables).map(([key, value]) => `${paint('cyan', key)}=${oneLine(value)}`)
      return [...head, ...lines].join('\n')
    })
    const text = texts.filter(Boolean).join('\n\n')
    if (text) print(text)
    noteSource(context, environments)
    return EXIT.done
  },
}

/** The environments of the named processes; for a process that was never started, taken from the config. */
async function environmentsOf(context: CommandContext, name: string, reveal: boolean): Promise<AddedEnvironment[]> {
  const known = await withManager(context, async (manager) => {
    const states = await manager.list()
    if (!namesOf(states).includes(name) && !isGlob(name)) return undefined
    const meant = await namedBy([name], states)
    return await Promise.all(meant.map((state) => manager.environment(state.name, { reveal })))
  })
  if (known) return known
  return await withDeclared({ ...context, warn: () => {} }, async ({ manager }) => [
    await manager.environment(name, { reveal }),
  ])
}

/** Notes an environment that was not read from a running process. */
function noteSource({ note }: CommandContext, environments: AddedEnvironment[]): void {
  for (const { name, source, variables } of environments) {
    if (Object.keys(variables).length === 0) note(`${name}: no variables are added to the inherited environment`)
    else if (source === 'config') note(`${name}: taken from the config, since no running process could be read`)
  }
}
