import type { LoadedConfig, ProcessManager, Selection } from '../src/index.ts'
import type { CommandContext } from './command.ts'
import { reportOutcomes } from './outcomes.ts'
import { withProgress } from './progress.ts'
import { nothingSelected, selectionOf } from './selection.ts'

export interface Act {
  action: 'start' | 'stop' | 'restart' | 'reload'
  manager: ProcessManager
  /** Absent where the config was not needed. */
  declared?: LoadedConfig
}

const DOING = { start: 'Starting', stop: 'Stopping', restart: 'Restarting', reload: 'Reloading' } as const

/** What start, stop, restart and reload share: the selected processes, one request, one report. Closes the manager. */
export async function act(context: CommandContext, { action, manager, declared }: Act): Promise<number> {
  try {
    const selection = selectionOf(context)
    if (!selection) throw nothingSelected(action, await knownNames(manager, declared))
    const options = context.flags.wait === undefined ? {} : { wait: context.flags.wait }
    const doing = `${DOING[action]} ${describe(selection)}`
    const outcomes = await withProgress(context, doing, () => manager.execute(action, selection, options))
    return reportOutcomes(context, outcomes, nothingText(action, selection, declared))
  } finally {
    await manager.close()
  }
}

async function knownNames(manager: ProcessManager, declared: LoadedConfig | undefined): Promise<string[]> {
  const states = await manager.list()
  return [...new Set([...(declared?.processes ?? []), ...states].map(({ name }) => name))]
}

function describe({ names, group }: Selection): string {
  return names?.join(', ') ?? (group === undefined ? 'all processes' : `group ${group}`)
}

function nothingText(action: string, { group }: Selection, declared: LoadedConfig | undefined): string {
  if (group !== undefined) return `nothing to ${action}: no process is in group ${group}`
  if (!declared) return `nothing to ${action}`
  return `nothing to ${action}: ${declared.file ?? 'no config file'} declares no process`
}
