import { act } from './act.ts'
import type { Command } from './command.ts'
import { openDeclared } from './session.ts'

export const start: Command = {
  name: 'start',
  aliases: ['up'],
  summary: 'Start declared processes and wait until they are up',
  usage: 'start [name…] [options]',
  options: [
    { flags: '--group <name>', summary: 'Every process of this group' },
    { flags: '--all', summary: 'Every process' },
    { flags: '--no-wait', summary: 'Return at once, do not wait until they are up' },
  ],
  examples: [
    ['start web worker', 'Start two processes'],
    ['start --group api', 'Start a group'],
    ['start --all --no-wait', 'Start everything, see with list how it went'],
  ],
  async run(context) {
    return await act(context, { action: 'start', ...(await openDeclared(context)) })
  },
}
