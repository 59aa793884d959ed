import {
  type Outcome,
  type ProcessManager,
  ProcessManagerError,
  type ProcessState,
  type Selection,
} from '../../src/index.ts'
import type { CommandContext } from './command.ts'
import { withManagerForOrder } from './open-manager.ts'
import { reportOutcomes } from './report.ts'
import { isSelected, namedBy, namesOf, nothingSelected, selectionOf } from './selection.ts'

/**
 * Asks for something of the selected processes that only running ones can do, and reports the outcomes. It starts no supervisor
 * only to learn that nothing is running.
 */
export async function askRunning(
  context: CommandContext,
  action: string,
  ask: (manager: ProcessManager, selection: Selection) => Promise<Outcome[]>,
): Promise<number> {
  return await withManagerForOrder(context, async (manager) => {
    const states = await manager.list()
    const selection = await selectionOf(context, () => namesOf(states))
    if (!selection) throw nothingSelected(action, namesOf(states))
    // It is for the user's programs, unless the forwarder of a shared port is named itself.
    const meant = (await meantBy(selection, states)).filter(
      ({ name, share }) => share?.part !== 'proxy' || selection.names?.includes(name),
    )
    const outcomes = meant.some(({ pid }) => pid !== null)
      ? await ask(manager, { names: meant.map(({ name }) => name) })
      : meant.map(notRunning)
    return await reportOutcomes(context, outcomes, { nothing: `nothing to ${action}` })
  })
}

async function meantBy(selection: Selection, states: ProcessState[]): Promise<ProcessState[]> {
  if (selection.names) return await namedBy(selection.names, states)
  const members = states.filter((state) => isSelected(state, selection))
  if (members.length > 0 || selection.all) return members
  throw new ProcessManagerError('unknown-process', `no process is in group \`${selection.group}\``)
}

function notRunning({ name }: ProcessState): Outcome {
  const cause = { type: 'not-running' } as const
  return { name, ok: false, result: 'failed', cause, message: 'not running', code: 'not-running', warnings: [] }
}
