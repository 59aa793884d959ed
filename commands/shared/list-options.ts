import type { ProcessManager, ProcessState } from '../../src/index.ts'
import type { ListOptions } from '../format/list-columns.ts'
import type { CommandContext } from './command.ts'
import { terminalWidth } from './output.ts'

export const SORT_KEYS = ['name', 'status', 'cpu', 'memory', 'uptime', 'restarts'] as const

/** Which processes the list shows, in which order and with which columns. */
export interface ListView extends Pick<ListOptions, 'columns' | 'isSorted'> {
  select(states: ProcessState[]): ProcessState[]
}

/** Options for drawing the list. Only a terminal gets a line about the supervisor. */
export async function listOptions(
  context: CommandContext,
  manager: ProcessManager,
  { columns, isSorted = false }: Pick<ListOptions, 'columns' | 'isSorted'> = {},
): Promise<ListOptions> {
  const { environment, paint, symbols } = context
  const width = terminalWidth(environment.stdout)
  // Several machines have as many supervisors.
  const supervisor = width === undefined || manager.isElsewhere ? undefined : await manager.supervisor()
  return { paint, symbols, now: environment.now(), width, columns, isSorted, supervisor }
}
