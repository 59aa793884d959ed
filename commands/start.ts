import { act, SELECT_OPTIONS, TIMEOUT_OPTION, WAIT_OPTIONS } from './act.ts'
import type { Command } from './command.ts'
import { DRY_RUN_OPTION } from './plan.ts'
import { openDeclared } from './session.ts'

export const start: Command = {
  name: 'start',
  aliases: [],
  summary: 'Start declared processes and wait until they are up',
  usage: 'start [name…] [options]',
  options: [...SELECT_OPTIONS, DRY_RUN_OPTION, ...WAIT_OPTIONS, TIMEOUT_OPTION],
  examples: [
    ['start web worker', 'Start two processes'],
    ["start 'web-*' --timeout 30s", 'Start all that match, and wait for them half a minute at most'],
    ['start web --dry-run', 'Only tell what would be started, and what it needs first'],
    ['start --all --no-wait', 'Start everything, see with list how it went'],
  ],
  async run(context) {
    return await act(context, { action: 'start', ...(await openDeclared(context)) })
  },
}
