import type { ProcessManager, ProcessState } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import type { ListOptions } from './format/list-options.ts'

export const SORT_KEYS = ['name', 'status', 'cpu', 'memory', 'uptime', 'restarts'] as const

/** Which processes are shown, in which order and columns. */
export interface ListView extends Pick<ListOptions, 'columns' | 'isSorted'> {
  select(states: ProcessState[]): ProcessState[]
}

/** A terminal is told who answered; a pipe gets nothing but the columns. */
export async function listOptions(
  context: CommandContext,
  manager: ProcessManager,
  { columns, isSorted = false }: Pick<ListOptions, 'columns' | 'isSorted'> = {},
): Promise<ListOptions> {
  const { environment, paint, symbols } = context
  const width = widthOf(environment.stdout)
  const supervisor = width === undefined ? undefined : await manager.supervisor()
  return { paint, symbols, now: environment.now(), width, columns, isSorted, supervisor }
}

export function widthOf({ isTTY, columns }: { isTTY: boolean; columns: number }): number | undefined {
  return isTTY ? columns : undefined
}
