import { act, SELECT_OPTIONS, TIMEOUT_OPTION } from './act.ts'
import type { Command } from './command.ts'
import { DRY_RUN_OPTION } from './plan.ts'
import { openManager } from './session.ts'

export const stop: Command = {
  name: 'stop',
  aliases: [],
  summary: 'Stop processes with everything that they started',
  usage: 'stop [name…] [options]',
  options: [...SELECT_OPTIONS, DRY_RUN_OPTION, TIMEOUT_OPTION],
  examples: [
    ['stop web', 'Stop one process'],
    ["stop '!db'", 'Stop everything but db'],
    ['stop --all', 'Stop everything; the supervisor leaves soon after'],
  ],
  async run(context) {
    return await act(context, { action: 'stop', manager: await openManager(context) })
  },
}
