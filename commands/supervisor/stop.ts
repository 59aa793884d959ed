import { type CommandContext, EXIT } from '../shared/command.ts'
import { withManager } from '../shared/open-manager.ts'
import { withSpinner } from '../shared/progress/spinner.ts'
import { reportOutcomes } from '../shared/report.ts'
import { endedText, keptRunningText, runningIn, supervisorJson } from './report.ts'

/** Stops the supervisor. Its processes keep running, unless `--all` stops them first. */
export async function stopSupervisor(context: CommandContext): Promise<number> {
  const { flags, note, print, printJson } = context
  return await withManager(context, async (manager) => {
    if (flags.all) {
      const stopAll = () => manager.execute('stop', { all: true })
      const outcomes = await withSpinner(context, 'Stopping all processes', stopAll)
      const failed = outcomes.some(({ ok }) => !ok)
      if (!flags.json || failed) await reportOutcomes(context, outcomes, { nothing: 'no processes to stop' })
      if (failed) {
        note('the supervisor keeps running, because not everything has stopped')
        return EXIT.failed
      }
    }
    // Without a supervisor there is nothing to list: the request would start one.
    const left = (await manager.supervisor()) ? await runningIn(manager) : []
    const ended = await withSpinner(context, 'Stopping the supervisor', () => manager.endSupervisor())
    if (flags.json) {
      printJson({ ended: ended && supervisorJson(ended), running: left.map(({ name }) => name) })
      return EXIT.done
    }
    print(ended ? endedText(ended) : 'no supervisor is running')
    if (left.length > 0) print(keptRunningText(left, 'unsupervised until the next command'))
    return EXIT.done
  })
}
