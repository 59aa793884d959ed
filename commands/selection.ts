import { ProcessManagerError, type ProcessState, type Selection } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { expandNames } from './names.ts'
import { unknownProcess } from './usage.ts'

/**
 * Which processes the user named; undefined: none at all. `known` gives the names that globs choose from. Throws a usage
 * error for several ways at once.
 */
export async function selectionOf(
  { names, flags }: Pick<CommandContext, 'names' | 'flags'>,
  known: () => string[] | Promise<string[]>,
): Promise<Selection | undefined> {
  const ways: Selection[] = []
  if (names.length > 0) ways.push({ names })
  if (flags.group !== undefined) ways.push({ group: flags.group })
  if (flags.all) ways.push({ all: true })
  if (ways.length > 1) throw new ProcessManagerError('usage', 'give names, --group or --all, but only one of them')
  return names.length > 0 ? { names: await expandNames(names, known) } : ways[0]
}

/** What to say when nothing was selected: what there is to select. */
export function nothingSelected(action: string, known: string[]): ProcessManagerError {
  const choice = known.length === 0 ? '' : ` (there is ${known.join(', ')})`
  return new ProcessManagerError('usage', `say what to ${action}: names${choice}, --group <name> or --all`)
}

/**
 * The processes that names and globs mean, each once: the one that is named so, or else all instances of the name as
 * declared. Throws `unknown-process`.
 */
export async function namedBy(words: string[], states: ProcessState[]): Promise<ProcessState[]> {
  const names = await expandNames(words, () => namesOf(states))
  const found = names.flatMap((name) => {
    const exact = states.filter((state) => state.name === name)
    const meant = exact.length > 0 ? exact : states.filter(({ instanceOf }) => instanceOf === name)
    if (meant.length === 0) throw unknownProcess(name, namesOf(states))
    return meant
  })
  return [...new Set(found)]
}

/** Whether a command means this process; what it depends on comes besides. */
export function isSelected({ name, instanceOf, group }: ProcessState, selection: Selection): boolean {
  if (selection.all) return true
  if (selection.group !== undefined) return group === selection.group
  return selection.names?.some((wanted) => wanted === name || wanted === instanceOf) ?? false
}

/** What processes are called: their own names, and those that instances were declared under. */
export function namesOf(states: Pick<ProcessState, 'name' | 'instanceOf'>[]): string[] {
  return states.flatMap(({ name, instanceOf }) => (instanceOf === null ? [name] : [name, instanceOf]))
}
