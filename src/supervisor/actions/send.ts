import { ProcessManagerError } from '../../model/errors.ts'
import { leaderOf } from '../../model/lifecycle/phase.ts'
import type { MessageRequest } from '../../protocol/inputs.ts'
import type { SupervisorContext } from '../context.ts'
import type { Managed } from '../managed.ts'

/**
 * Sends a message to a process that has an `ipc` channel.
 *
 * @throws ProcessManagerError `unknown-process`, or `usage` if the process has no channel
 */
export async function send(
  { processes }: SupervisorContext,
  { name, message }: MessageRequest,
): Promise<{ sent: true }> {
  const managed = processes.get(name)
  if (managed.channel?.send(message)) return { sent: true }
  throw new ProcessManagerError('usage', `cannot send a message to ${name}: ${whyNoChannel(managed)}`)
}

function whyNoChannel({ process: { config, adopted, phase } }: Managed): string {
  if (!config.ipc) return 'its config does not have `ipc: true`'
  if (leaderOf(phase) === null) return 'it is not running'
  return adopted
    ? 'its channel ended with the supervisor that started it; restart it to get a new one'
    : 'it has closed its channel'
}
