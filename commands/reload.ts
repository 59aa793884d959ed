import { act, SELECT_OPTIONS, TIMEOUT_OPTION } from './act.ts'
import type { Command } from './command.ts'
import { DRY_RUN_OPTION } from './plan.ts'
import { openDeclared } from './session.ts'

export const reload: Command = {
  name: 'reload',
  aliases: [],
  summary: 'Restart one by one, each ready before the next one goes',
  usage: 'reload [name…] [options]',
  options: [...SELECT_OPTIONS, DRY_RUN_OPTION, TIMEOUT_OPTION],
  examples: [
    ['reload web', 'Replace all instances of web; if a new one fails, the rest stays'],
    ['reload --group api --dry-run', 'Only tell what would be done for a group'],
  ],
  async run(context) {
    return await act(context, { action: 'reload', ...(await openDeclared(context)) })
  },
}
