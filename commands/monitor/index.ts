import { type Command, EVERYWHERE_OPTION } from '../shared/command.ts'
import { usageError, withoutNames } from '../shared/usage.ts'

export const monitor: Command = {
  name: 'monitor',
  aliases: ['monit', 'top'],
  summary: 'Watch all processes and their logs on a full screen',
  usage: 'monitor [options]',
  options: [EVERYWHERE_OPTION],
  examples: [
    ['monitor', 'Processes, usage and logs; press ? for the keys, q to quit'],
    ['monitor --everywhere', 'The same of all your projects'],
    ['monitor --target prod,eu', 'Those of two other hosts'],
  ],
  isEndless: () => true,
  async run(context) {
    withoutNames(context, 'monitor')
    const { flags, environment } = context
    if (flags.json) throw usageError('monitor has no JSON output; use list --json and logs --json')
    if (!environment.stdout.isTTY || !process.stdin.isTTY) {
      throw usageError('monitor needs a terminal; in a pipe, use list or logs --follow')
    }
    if (environment.env.TERM === 'dumb') {
      throw usageError('monitor cannot move the cursor on this terminal (TERM=dumb); use list or logs --follow')
    }
    const { runMonitor } = await import('./run.ts')
    return await runMonitor(context)
  },
}
