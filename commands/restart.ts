import { lifecycleCommand } from './shared/lifecycle-command.ts'

export const restart = lifecycleCommand({
  action: 'restart',
  summary: 'Restart processes with the current config',
  examples: [
    ['restart web', 'Restart one process with its current config'],
    ['restart --group api', 'Restart a group'],
  ],
})
