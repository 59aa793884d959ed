import { lifecycleCommand } from './shared/lifecycle-command.ts'

/** Alias of `stop --all`, for docker compose users. */
export const down = lifecycleCommand({
  name: 'down',
  action: 'stop',
  summary: 'Stop all or the named processes',
  examples: [
    ['down', 'Same as stop --all'],
    ['down web', 'Same as stop web'],
  ],
  fallback: { all: true },
})
