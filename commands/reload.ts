import { lifecycleCommand } from './shared/lifecycle-command.ts'

export const reload = lifecycleCommand({
  action: 'reload',
  summary: 'Restart instances one at a time, each after the last is ready',
  examples: [
    ['reload web', 'Replace the instances of web; if a new one fails, the others keep running'],
    ['reload --group api --dry-run', 'Only show what would be done to a group'],
  ],
})
