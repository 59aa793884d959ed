import { ProcessManagerError } from '../src/index.ts'
import type { CommandContext } from './command.ts'

/**
 * Whether secrets are to be shown as they are. What is piped ends in files and logs, so `--reveal` is for terminals.
 *
 * @throws ProcessManagerError `usage`
 */
export function mayReveal({ flags, environment }: CommandContext): boolean {
  if (!flags.reveal) return false
  if (environment.stdout.isTTY) return true
  throw new ProcessManagerError('usage', '--reveal shows secrets on a terminal only; stdout is a file or a pipe here')
}
