import { type ProcessState, VERSION } from '../../src/index.ts'
import { type CommandContext, EXIT } from '../command.ts'
import { supervisorPage } from '../format/supervisor-page.ts'
import { openManager } from '../session.ts'

/** Who supervises, what it costs, and for how many processes. 3: nobody, as `systemctl status` has it. */
export async function showSupervisor(context: CommandContext): Promise<number> {
  const { environment, flags, print, paint } = context
  const manager = await openManager(context)
  try {
    const supervisor = await manager.supervisorStatus()
    const states = supervisor ? await manager.list() : []
    const { tuixDir } = manager
    const processes = countsOf(states)
    if (flags.json) print(JSON.stringify({ tuixDir, version: VERSION, supervisor, processes }, null, 2))
    else print(supervisorPage({ supervisor, tuixDir, processes, version: VERSION, paint, now: environment.now() }))
    return supervisor ? EXIT.done : EXIT.notRunning
  } finally {
    await manager.close()
  }
}

/** How many processes there are, and how many of them run. */
export function countsOf(states: ProcessState[]): { total: number; running: number } {
  return { total: states.length, running: states.filter(({ pid }) => pid !== null).length }
}
