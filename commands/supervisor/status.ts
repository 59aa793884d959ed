import { type ProcessState, VERSION } from '../../src/index.ts'
import { supervisorPage } from '../format/supervisor.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'

/** Prints the supervisor and how many processes it has. The exit code is 3 if none is running, as in `systemctl status`. */
export async function showSupervisor(context: CommandContext): Promise<number> {
  const { environment, flags, print, printJson, paint } = context
  return await withManager(context, async (manager) => {
    const supervisor = await manager.supervisorStatus()
    const states = supervisor ? await manager.list() : []
    const { tuixDir } = manager
    const processes = countsOf(states)
    if (flags.json) printJson({ tuixDir, version: VERSION, supervisor, processes })
    else print(supervisorPage({ supervisor, tuixDir, processes, version: VERSION, paint, now: environment.now() }))
    return supervisor ? EXIT.done : EXIT.notRunning
  })
}

/** How many processes there are, and how many of them are running. */
export function countsOf(states: ProcessState[]): { total: number; running: number } {
  return { total: states.length, running: states.filter(({ pid }) => pid !== null).length }
}
