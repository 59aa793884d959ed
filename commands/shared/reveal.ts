import type { CommandContext, CommandOption } from './command.ts'
import { usageError } from './usage.ts'

export const REVEAL_OPTION: CommandOption = {
  flags: '--reveal',
  summary: 'Show secrets instead of •••• (terminal only)',
}

/**
 * Whether to show secrets. `--reveal` is refused unless stdout is a terminal, because piped output ends up in files and logs.
 *
 * @throws ProcessManagerError `usage`
 */
export function mayReveal({ flags, environment }: CommandContext): boolean {
  if (!flags.reveal) return false
  if (environment.stdout.isTTY) return true
  throw usageError('--reveal works on a terminal only, but stdout is a file or a pipe')
}
