import { ProcessManagerError, type ProcessState, type Selection } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { unknownProcess } from './usage.ts'

/** Which processes the user named; undefined: none at all. Throws a usage error for several ways at once. */
export function selectionOf({ names, flags }: Pick<CommandContext, 'names' | 'flags'>): Selection | undefined {
  const ways: Selection[] = []
  if (names.length > 0) ways.push({ names })
  if (flags.group !== undefined) ways.push({ group: flags.group })
  if (flags.all) ways.push({ all: true })
  if (ways.length > 1) throw new ProcessManagerError('usage', 'give names, --group or --all, but only one of them')
  return ways[0]
}

/** What to say when nothing was selected: what there is to select. */
export function nothingSelected(action: string, known: string[]): ProcessManagerError {
  const choice = known.length === 0 ? '' : ` (there is ${known.join(', ')})`
  return new ProcessManagerError('usage', `say what to ${action}: names${choice}, --group <name> or --all`)
}

/**
 * The processes that names mean, each once: the one that is named so, or else all instances of the name as declared.
 * Throws `unknown-process`.
 */
export function namedBy(names: string[], states: ProcessState[]): ProcessState[] {
  const found = names.flatMap((name) => {
    const exact = states.filter((state) => state.name === name)
    const meant = exact.length > 0 ? exact : states.filter(({ instanceOf }) => instanceOf === name)
    if (meant.length === 0) throw unknownProcess(name, knownNames(states))
    return meant
  })
  return [...new Set(found)]
}

function knownNames(states: ProcessState[]): string[] {
  return states.flatMap(({ name, instanceOf }) => (instanceOf === null ? [name] : [name, instanceOf]))
}
