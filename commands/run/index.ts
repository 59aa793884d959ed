import type { Command } from '../shared/command.ts'
import { TIMEOUT_OPTION, WAIT_OPTIONS } from '../shared/lifecycle-command.ts'

export const run: Command = {
  name: 'run',
  aliases: [],
  summary: 'Start a program that is not in the config',
  usage: 'run [name] [options] -- <program> [argument…]',
  options: [
    { flags: '--cwd <dir>', summary: 'Working directory (default: the current one)' },
    { flags: '--env <name=value>', summary: 'Set an environment variable; repeatable', repeatable: true },
    { flags: '--group <name>', summary: 'Group that the process belongs to' },
    { flags: '--port <n>', summary: 'Port to listen on, or auto; the process gets it as PORT' },
    { flags: '--watch', summary: 'Restart the process when files change' },
    { flags: '--no-autorestart', summary: 'Do not restart the process when it exits' },
    ...WAIT_OPTIONS,
    TIMEOUT_OPTION,
  ],
  examples: [
    ['run -- node server.js --verbose', 'Start it under the name node; arguments after -- are passed on as they are'],
    ['run api --port 3000 -- node server.js', 'Choose a name and a port'],
    ['run once --no-autorestart -- \'sh -c "make all"\'', 'Give the whole command line as one word'],
  ],
  async run(context) {
    return await (await import('./run-program.ts')).runProgram(context)
  },
}
