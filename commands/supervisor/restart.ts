import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'
import { withSpinner } from '../shared/progress/spinner.ts'
import { endedText, keptRunningText, runningIn, supervisorJson } from './report.ts'

/** Replaces the supervisor with a new daemon that has the runtime and environment of this command. */
export async function restartSupervisor(context: CommandContext): Promise<number> {
  const { flags, print, printJson } = context
  return await withManager(context, async (manager) => {
    const replace = () => manager.restartSupervisor()
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
