import { act, SELECT_OPTIONS, TIMEOUT_OPTION } from './act.ts'
import type { Command } from './command.ts'
import { DRY_RUN_OPTION } from './plan.ts'
import { openManager } from './session.ts'

/** What hands that know docker compose type. */
export const down: Command = {
  name: 'down',
  aliases: [],
  summary: 'Stop everything, or what is named',
  usage: 'down [name…] [options]',
  options: [...SELECT_OPTIONS, DRY_RUN_OPTION, TIMEOUT_OPTION],
  examples: [
    ['down', 'The same as stop --all'],
    ['down web', 'The same as stop web'],
  ],
  async run(context) {
    return await act(context, { action: 'stop', manager: await openManager(context), otherwise: { all: true } })
  },
}
