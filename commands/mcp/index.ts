import { serveMcp } from '../../src/internal.ts'
import { type Command, EXIT } from '../shared/command.ts'
import { withoutNames } from '../shared/usage.ts'

export const mcp: Command = {
  name: 'mcp',
  aliases: [],
  summary: 'Offer the processes to a coding agent, on stdin and stdout',
  usage: 'mcp [options]',
  options: [
    { flags: '--read-only', summary: 'Offer only tools that change nothing' },
    { flags: '--allow-run', summary: 'Offer a tool that runs any program' },
  ],
  examples: [
    ['mcp', 'For the config of an agent, which starts it; agents init writes that'],
    ['mcp --read-only', 'List, logs and reasons, but no start or stop'],
  ],
  isEndless: () => true,
  async run(context) {
    withoutNames(context, 'mcp')
    const { flags, environment } = context
    const { hostOf } = await import('./host.ts')
    const { readOnly = false, allowRun = false } = flags
    await serveMcp({ host: hostOf(context), readOnly, allowRun }, environment.signal)
    return environment.signal.aborted ? EXIT.interrupted : EXIT.done
  },
}
