import { lifecycleCommand } from './shared/lifecycle-command.ts'

export const start = lifecycleCommand({
  action: 'start',
  summary: 'Start processes and wait until they are up',
  examples: [
    ['start web worker', 'Start two processes'],
    ["start 'web-*' --timeout 30s", 'Start all matching processes; stop waiting after 30 seconds'],
    ['start web --dry-run', 'Only show what would be started, dependencies first'],
    ['start --all --no-wait', 'Start everything without waiting; list shows the result'],
  ],
})
