import type { CommandOptions, LoadedConfig, ProcessManager, ProcessState, Selection } from '../src/index.ts'
import { carryOut, interrupted } from './carry-out.ts'
import type { CommandContext, CommandOption, Flags } from './command.ts'
import { noteDrift } from './drift.ts'
import { reportOutcomes } from './outcomes.ts'
import { tellPlan } from './plan.ts'
import { isSelected, namesOf, nothingSelected, selectionOf } from './selection.ts'
import { timeSpan } from './values.ts'

export interface Act {
  action: 'start' | 'stop' | 'restart' | 'reload'
  manager: ProcessManager
  /** Absent where the config was not needed. */
  declared?: LoadedConfig
  /** What is meant when nothing is named. */
  otherwise?: Selection
}

const DOING = { start: 'Starting', stop: 'Stopping', restart: 'Restarting', reload: 'Reloading' } as const

export const SELECT_OPTIONS: CommandOption[] = [
  { flags: '--group <name>', summary: 'Every process of this group' },
  { flags: '--all', summary: 'Every process' },
]

export const WAIT_OPTIONS: CommandOption[] = [
  { flags: '--wait', summary: 'Wait until they are up (default)' },
  { flags: '--no-wait', summary: 'Return at once, do not wait until they are up' },
]

export const TIMEOUT_OPTION: CommandOption = {
  flags: '--timeout <time>',
  summary: 'Give up waiting with exit code 124: 30s, 2m, 5000 (ms)',
}

/** What start, stop, restart and reload share: the selected processes, one request, one report. Closes the manager. */
export async function act(context: CommandContext, { action, manager, declared, otherwise }: Act): Promise<number> {
  try {
    const options = commandOptions(context.flags)
    // What is only thought about brings no supervisor up.
    const states = async () => (context.flags.dryRun ? manager.saved() : await manager.list())
    const known = async () => [...new Set([...declaredNames(declared), ...namesOf(await states())])]
    const selection = (await selectionOf(context, known)) ?? otherwise
    if (!selection) throw nothingSelected(action, await known())
    const nothing = nothingText(action, selection, declared)
    if (context.flags.dryRun) return tellPlan(context, action, await manager.plan(action, selection), nothing)
    const followed = {
      manager,
      doing: `${DOING[action]} ${describe(selection)}`,
      actionOf: (state: ProcessState) => (isSelected(state, selection) ? action : null),
      startsOthers: action !== 'stop',
    }
    const request = () => manager.execute(action, selection, options)
    const { outcomes, told, took } = await carryOut(context, followed, request)
    if (!outcomes) return interrupted(context)
    if (declared) await noteDrift(declared, manager)
    return reportOutcomes(context, outcomes, { nothing, told, took })
  } finally {
    await manager.close()
  }
}

/** What `--wait`, `--no-wait` and `--timeout` say. Throws a usage error. */
export function commandOptions({ wait, timeout }: Flags): CommandOptions {
  return {
    ...(wait !== undefined && { wait }),
    ...(timeout !== undefined && { timeout: timeSpan('--timeout', timeout) }),
  }
}

function declaredNames(declared: LoadedConfig | undefined): string[] {
  return declared?.processes.map(({ name }) => name) ?? []
}

function describe({ names, group }: Selection): string {
  return names?.join(', ') ?? (group === undefined ? 'all processes' : `group ${group}`)
}

function nothingText(action: string, { group }: Selection, declared: LoadedConfig | undefined): string {
  if (group !== undefined) return `nothing to ${action}: no process is in group ${group}`
  if (!declared) return `nothing to ${action}`
  return `nothing to ${action}: ${declared.file ?? 'no config file'} declares no process`
}
