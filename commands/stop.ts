import { act } from './act.ts'
import type { Command } from './command.ts'
import { openManager } from './session.ts'

export const stop: Command = {
  name: 'stop',
  aliases: ['down'],
  summary: 'Stop processes with everything that they started',
  usage: 'stop [name…] [options]',
  options: [
    { flags: '--group <name>', summary: 'Every process of this group' },
    { flags: '--all', summary: 'Every process' },
  ],
  examples: [
    ['stop web', 'Stop one process'],
    ['stop --all', 'Stop everything; the supervisor leaves soon after'],
  ],
  async run(context) {
    return await act(context, { action: 'stop', manager: await openManager(context) })
  },
}
