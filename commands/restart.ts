import { act, SELECT_OPTIONS, TIMEOUT_OPTION, WAIT_OPTIONS } from './act.ts'
import type { Command } from './command.ts'
import { DRY_RUN_OPTION } from './plan.ts'
import { openDeclared } from './session.ts'

export const restart: Command = {
  name: 'restart',
  aliases: [],
  summary: 'Read the config again, stop processes and start them anew',
  usage: 'restart [name…] [options]',
  options: [...SELECT_OPTIONS, DRY_RUN_OPTION, ...WAIT_OPTIONS, TIMEOUT_OPTION],
  examples: [
    ['restart web', 'Restart one process with what the config says now'],
    ['restart --group api', 'Restart a group'],
  ],
  async run(context) {
    return await act(context, { action: 'restart', ...(await openDeclared(context)) })
  },
}
