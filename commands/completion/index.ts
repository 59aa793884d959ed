import type { Command, CommandContext, Subcommand } from '../shared/command.ts'
import { EXIT } from '../shared/command.ts'
import { COMMON_SIGNALS } from '../shared/flag-values.ts'
import { openDeclared, openManager } from '../shared/open-manager.ts'
import { commandWithSubcommands } from '../shared/subcommands.ts'
import type { Spec } from './spec.ts'

/** @param all returns every command, this one included, so that the scripts complete them */
export function completionOf(all: () => Command[]): Command {
  return commandWithSubcommands({
    name: 'completion',
    summary: 'Print a completion script for a shell',
    examples: [
      ['completion bash >> ~/.bash_completion', 'Enable completion in every new bash'],
      ['completion fish > ~/.config/fish/completions/tuix-ps.fish', 'Enable completion in fish'],
    ],
    subcommands: [
      script('bash', all, async (spec) => (await import('./bash.ts')).bashScript(spec)),
      script('zsh', all, async (spec) => (await import('./zsh.ts')).zshScript(spec)),
      script('fish', all, async (spec) => (await import('./fish.ts')).fishScript(spec)),
      words('names', 'Names of processes', (context) => knownTo(context, 'name')),
      words('groups', 'Names of groups', (context) => knownTo(context, 'group')),
      words('signals', 'Names of processes and signals', async (context) => [
        ...(await knownTo(context, 'name')),
        ...COMMON_SIGNALS,
      ]),
    ],
  })
}

function script(shell: string, all: () => Command[], textOf: (spec: Spec) => Promise<string>): Subcommand {
  return {
    name: shell,
    summary: `Print the script for ${shell}`,
    async run({ environment, print }) {
      const { specOf } = await import('./spec.ts')
      print(await textOf(specOf(environment.program, all())))
      return EXIT.done
    },
  }
}

/** A list of words that the scripts ask for while the user is typing. */
function words(name: string, summary: string, list: (context: CommandContext) => Promise<string[]>): Subcommand {
  return {
    name,
    summary,
    isHidden: true,
    async run(context) {
      const known = await list(context)
      if (known.length > 0) context.print(known.join('\n'))
      return EXIT.done
    },
  }
}

/** Names that the config or the supervisor knows. Errors are ignored while the user is typing; the command will report them. */
async function knownTo(context: CommandContext, what: 'name' | 'group'): Promise<string[]> {
  const quiet = { ...context, warn: () => {} }
  const opened = await openDeclared(quiet).catch(() => undefined)
  const manager = opened?.manager ?? (await openManager(quiet).catch(() => undefined))
  const states = (await manager?.list().catch(() => undefined)) ?? []
  await manager?.close()
  const known = [
    ...(opened?.declared.processes.map((process) => process[what]) ?? []),
    ...states.flatMap((state) => (what === 'name' ? [state.name, state.instanceOf] : [state.group])),
  ]
  return [...new Set(known)].filter((word): word is string => typeof word === 'string' && word !== '')
}
