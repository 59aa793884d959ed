import { TIMEOUT_OPTION, WAIT_OPTIONS } from './act.ts'
import type { Command } from './command.ts'

export const run: Command = {
  name: 'run',
  aliases: [],
  summary: 'Start a program that no config declares',
  usage: 'run [name] [options] -- <program> [argument…]',
  options: [
    { flags: '--cwd <dir>', summary: 'Folder that it runs in (default: this one)' },
    { flags: '--env <name=value>', summary: 'A variable for it; may be given more than once', repeatable: true },
    { flags: '--group <name>', summary: 'Group that it belongs to' },
    { flags: '--port <n>', summary: 'Port that it listens on, as PORT, or auto' },
    { flags: '--watch', summary: 'Restart it when files change' },
    { flags: '--no-autorestart', summary: 'Do not start it again when it ends' },
    ...WAIT_OPTIONS,
    TIMEOUT_OPTION,
  ],
  examples: [
    ['run -- node server.js --verbose', 'Called node; what follows -- is left as it is'],
    ['run api --port 3000 -- node server.js', 'With a name, and a port'],
    ['run once --no-autorestart -- \'sh -c "make all"\'', 'A whole command line in one word'],
  ],
  async run(context) {
    return await (await import('./run-program.ts')).runProgram(context)
  },
}
