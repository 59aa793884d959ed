import { ProcessManagerError } from '../src/index.ts'
import { type Command, type CommandContext, EXIT } from './command.ts'
import type { Spec } from './completion/spec.ts'
import { openDeclared, openManager } from './session.ts'
import { COMMON_SIGNALS } from './signal.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** @param all every command, this one included: the scripts complete them */
export const completionOf = (all: () => Command[]): Command => ({
  name: 'completion',
  aliases: [],
  summary: 'Print a script that lets a shell complete commands, options and names',
  usage: 'completion <bash|zsh|fish> [options]',
  options: [],
  examples: [
    ['completion bash >> ~/.bash_completion', 'From the next bash on'],
    ['completion fish > ~/.config/fish/completions/tuix-ps.fish', 'In fish'],
  ],
  async run(context) {
    const { names, environment, print } = context
    const [wanted, ...others] = names
    // What the scripts ask for.
    if (wanted === 'names' || wanted === 'groups' || wanted === 'signals') {
      const known = await knownTo(context, wanted === 'groups' ? 'groups' : 'names')
      if (wanted === 'signals') known.push(...COMMON_SIGNALS)
      if (known.length > 0) print(known.join('\n'))
      return EXIT.done
    }
    const shell = SHELLS.find((name) => name === wanted)
    if (!shell || others.length > 0) throw new ProcessManagerError('usage', `say for which shell: ${SHELLS.join(', ')}`)
    const { specOf } = await import('./completion/spec.ts')
    print(await scriptFor(shell, specOf(environment.program, all())))
    return EXIT.done
  },
})

async function scriptFor(shell: (typeof SHELLS)[number], spec: Spec): Promise<string> {
  if (shell === 'bash') return (await import('./completion/bash.ts')).bashScript(spec)
  if (shell === 'zsh') return (await import('./completion/zsh.ts')).zshScript(spec)
  return (await import('./completion/fish.ts')).fishScript(spec)
}

/** What is declared and what the supervisor knows. Somebody is typing: what goes wrong is told by the command itself. */
async function knownTo(context: CommandContext, what: 'names' | 'groups'): Promise<string[]> {
  const quiet = { ...context, warn: () => {} }
  const known = new Set<string>()
  const add = ({ name, group }: { name: string; group?: string | null }) =>
    known.add((what === 'names' ? name : group) ?? '')
  const declared = await openDeclared(quiet).catch(() => undefined)
  for (const process of declared?.declared.processes ?? []) add(process)
  const manager = declared?.manager ?? (await openManager(quiet).catch(() => undefined))
  for (const state of (await manager?.list().catch(() => [])) ?? []) {
    add(state)
    if (state.instanceOf !== null) add({ ...state, name: state.instanceOf })
  }
  await manager?.close()
  known.delete('')
  return [...known]
}
