import { lifecycleCommand } from './shared/lifecycle-command.ts'

export const stop = lifecycleCommand({
  action: 'stop',
  summary: 'Stop processes and everything that they started',
  examples: [
    ['stop web', 'Stop one process'],
    ["stop '!db'", 'Stop everything except db'],
    ['stop --all', 'Stop everything; the supervisor exits soon after'],
    ['stop shop/web --everywhere', 'Stop a process of another project'],
  ],
})
