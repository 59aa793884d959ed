import { ProcessManagerError } from '../src/index.ts'
import type { Command } from './command.ts'
import { withoutNames } from './usage.ts'

export const monitor: Command = {
  name: 'monitor',
  aliases: ['monit', 'top'],
  summary: 'Watch all processes and their logs on the whole terminal',
  usage: 'monitor [options]',
  options: [],
  examples: [['monitor', 'Processes, usage and logs; ? shows the keys, q leaves']],
  async run(context) {
    withoutNames(context, 'monitor')
    const { flags, environment } = context
    if (flags.json)
      throw new ProcessManagerError('usage', 'monitor is for people; programs read list --json and logs --json')
    if (!environment.stdout.isTTY || !process.stdin.isTTY) {
      throw new ProcessManagerError('usage', 'monitor needs a terminal; in a pipe use list, or logs --follow')
    }
    if (environment.env.TERM === 'dumb') {
      throw new ProcessManagerError(
        'usage',
        'monitor moves the cursor, which TERM=dumb says this terminal cannot; use list, or logs --follow',
      )
    }
    const { runMonitor } = await import('./monitor/run.ts')
    return await runMonitor(context)
  },
}
