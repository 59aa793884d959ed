import type { EndedSupervisor, ProcessManager, SupervisorInfo } from '../../src/index.ts'
import {
  bootServices,
  canonicalFolder,
  reachSupervisor,
  restartBootService,
  startBootService,
} from '../../src/internal.ts'
import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'
import { withSpinner } from '../shared/progress/spinner.ts'
import { endedText, keptRunningText, runningIn, supervisorJson } from './report.ts'

/** Replaces the supervisor with a new daemon that has the runtime and environment of this command, or with its service. */
export async function restartSupervisor(context: CommandContext): Promise<number> {
  const { flags, print, printJson } = context
  return await withManager(context, async (manager) => {
    const replace = () => replaceSupervisor(context, manager)
    const { ended, started } = await withSpinner(context, 'Replacing the supervisor', replace)
    const kept = await runningIn(manager)
    if (flags.json) {
      const running = kept.map(({ name }) => name)
      printJson({ ended: ended && supervisorJson(ended), started: supervisorJson(started), running })
      return EXIT.done
    }
    print(ended ? endedText(ended) : 'no supervisor was running')
    print(`supervisor started (pid ${started.identity.pid}, ${started.runtime}, version ${started.version})`)
    if (kept.length > 0) print(keptRunningText(kept, 'with the same pids'))
    return EXIT.done
  })
}

/** A project that starts at boot gets its service, so that it is the same before and after the next boot. */
async function replaceSupervisor(
  { environment, warn }: CommandContext,
  manager: ProcessManager,
): Promise<{ ended: EndedSupervisor | null; started: SupervisorInfo }> {
  const tuixDir = canonicalFolder(manager.tuixDir)
  if ((await bootServices(tuixDir)).length === 0) return await manager.restartSupervisor()
  const { supervisorCommand } = environment.defaults
  const reached = () => reachSupervisor({ tuixDir, supervisorCommand, warn })
  const before = await manager.supervisor()
  if (before && (await restartBootService(tuixDir, before)))
    return { ended: { ...before, killed: false }, started: await reached() }
  const ended = await manager.endSupervisor()
  if (!(await startBootService(tuixDir)))
    warn('its service could not be started: a daemon supervises until the next boot')
  return { ended, started: await reached() }
}
