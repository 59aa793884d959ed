import { ProcessManagerError, type Selection } from '../src/index.ts'
import type { CommandContext } from './command.ts'

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
