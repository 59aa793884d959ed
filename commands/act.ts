import type { LoadedConfig, Outcome, ProcessManager, Selection } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { reportOutcomes } from './outcomes.ts'
import { nothingSelected, selectionOf } from './selection.ts'

export interface Act {
  action: 'start' | 'stop' | 'restart'
  manager: ProcessManager
  /** Absent where the config was not needed. */
  declared?: LoadedConfig
}

/** What start, stop and restart share: the selected processes, one request, one report. Closes the manager. */
export async function act(context: CommandContext, { action, manager, declared }: Act): Promise<number> {
  try {
    const selection = selectionOf(context)
    if (!selection) throw nothingSelected(action, await knownNames(manager, declared))
    const options = context.flags.wait === undefined ? {} : { wait: context.flags.wait }
    const outcomes = await withProgress(context, action, selection, () => manager.execute(action, selection, options))
    return reportOutcomes(context, outcomes, nothingText(action, selection, declared))
  } finally {
    await manager.close()
  }
}

async function knownNames(manager: ProcessManager, declared: LoadedConfig | undefined): Promise<string[]> {
  const states = await manager.list()
  return [...new Set([...(declared?.processes ?? []), ...states].map(({ name }) => name))]
}

function nothingText(action: string, { group }: Selection, declared: LoadedConfig | undefined): string {
  if (group !== undefined) return `nothing to ${action}: no process is in group ${group}`
  if (!declared) return `nothing to ${action}`
  return `nothing to ${action}: ${declared.file ?? 'no config file'} declares no process`
}

const DOING = { start: 'Starting', stop: 'Stopping', restart: 'Restarting' } as const

/** A line on a terminal's stderr while the request takes its time, and no trace of it afterwards. */
async function withProgress(
  { environment: { stderr }, flags, paintError }: CommandContext,
  action: Act['action'],
  { names, group }: Selection,
  request: () => Promise<Outcome[]>,
): Promise<Outcome[]> {
  if (!stderr.isTTY || flags.json) return await request()
  const what = names?.join(', ') ?? (group === undefined ? 'all processes' : `group ${group}`)
  // Cut to one line of the terminal: what wraps could not be wiped.
  stderr.write(paintError('gray', `${DOING[action]} ${what} …`.slice(0, stderr.columns - 1)))
  try {
    return await request()
  } finally {
    stderr.write('\r\x1b[K')
  }
}
