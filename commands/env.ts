import { type AddedEnvironment, ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import { isGlob } from './names.ts'
import { mayReveal } from './reveal.ts'
import { openDeclared, openManager } from './session.ts'

export const env: Command = {
  name: 'env',
  aliases: [],
  summary: 'Show what a process has in its environment beside what it inherits',
  usage: 'env <name> [options]',
  options: [{ flags: '--reveal', summary: 'Show secrets instead of ••••, on a terminal only' }],
  examples: [
    ['env web', 'What the config and the supervisor add: NAME=value, one a line'],
    ['env web --json', 'An object; of several instances a list'],
  ],
  async run(context) {
    const { names, flags, print, paint } = context
    const reveal = mayReveal(context)
    const [name, ...more] = names
    if (name === undefined || more.length > 0)
      throw new ProcessManagerError(
        'usage',
        `env takes one name${names.length > 1 ? `, but got ${names.join(' ')}` : ''}`,
      )
    const { printable } = await import('./format/printable.ts')
    const environments = await environmentsOf(context, name, reveal)
    if (flags.json) {
      print(JSON.stringify(environments.length === 1 ? environments[0] : environments, null, 2))
      return EXIT.done
    }
    const texts = environments.map(({ name: of, variables }) => {
      const head = environments.length === 1 ? [] : [paint('bold', `# ${of}`)]
      // A line break would make two lines of one variable.
      const lines = Object.entries(variables).map(
        ([key, value]) => `${paint('cyan', key)}=${printable(value.replaceAll('\n', '\\n'), false)}`,
      )
      return [...head, ...lines].join('\n')
    })
    const text = texts.filter(Boolean).join('\n\n')
    if (text) print(text)
    tellSource(context, environments)
    return EXIT.done
  },
}

/** Of the processes that a name means; of one that was never started, what the config says. */
async function environmentsOf(context: CommandContext, name: string, reveal: boolean): Promise<AddedEnvironment[]> {
  const { namedBy, namesOf } = await import('./selection.ts')
  const manager = await openManager(context)
  try {
    const states = await manager.list()
    if (namesOf(states).includes(name) || isGlob(name)) {
      const meant = await namedBy([name], states)
      return await Promise.all(meant.map((state) => manager.environment(state.name, { reveal })))
    }
  } finally {
    await manager.close()
  }
  const { manager: declared } = await openDeclared({ ...context, warn: () => {} })
  try {
    return [await declared.environment(name, { reveal })]
  } finally {
    await declared.close()
  }
}

/** Where it is not from the living process itself. */
function tellSource({ note }: CommandContext, environments: AddedEnvironment[]): void {
  for (const { name, source, variables } of environments) {
    if (Object.keys(variables).length === 0) note(`${name}: nothing is added to what it inherits`)
    else if (source === 'config') note(`${name}: as its config says; no living process of it can be read`)
  }
}
