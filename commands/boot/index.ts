import { INIT_SYSTEMS } from '../../src/internal.ts'
import type { CommandOption } from '../shared/command.ts'
import { commandWithSubcommands } from '../shared/subcommands.ts'

const PRINTING: CommandOption[] = [
  { flags: '--print', summary: 'Only print the files that enable writes' },
  { flags: '--init <which>', summary: 'Init system (default: that of this machine)', choices: INIT_SYSTEMS },
]
const OPTIONS: CommandOption[] = [
  { flags: '--system', summary: 'A service of the system instead of the user (default for root)' },
  { flags: '--user <name>', summary: 'Run as this user, with --system (default: owner of the project)' },
  ...PRINTING,
]

export const boot = commandWithSubcommands({
  name: 'boot',
  summary: 'Bring processes back when the machine boots',
  examples: [
    ['boot enable', 'What is up now, or at the next shutdown, is up again after every boot'],
    ['boot', 'Whether it is enabled, and whether it still fits'],
    ['boot enable --print', 'The unit that would be written'],
    ['boot disable', 'Not any more; what runs goes on'],
  ],
  fallback: 'status',
  subcommands: [
    {
      name: 'enable',
      summary: 'Write a service, have it started at boot, and start it now',
      options: OPTIONS,
      run: async (context) => (await import('./enable.ts')).enable(context),
    },
    {
      name: 'disable',
      summary: 'Remove the service; what runs goes on',
      run: async (context) => (await import('./disable.ts')).disable(context),
    },
    {
      name: 'status',
      summary: 'Compare the service with what is',
      options: PRINTING,
      run: async (context) => {
        const { enable } = await import('./enable.ts')
        return context.flags.print ? enable(context) : (await import('./status.ts')).showBoot(context)
      },
    },
  ],
})
