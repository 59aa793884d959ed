import { commandWithSubcommands } from '../shared/subcommands.ts'

export const agents = commandWithSubcommands({
  name: 'agents',
  summary: 'Tell coding agents how to manage the processes',
  examples: [
    ['agents init', 'Write a section of AGENTS.md, and .mcp.json'],
    ['agents init --dry-run', 'Only show what they would contain'],
  ],
  subcommands: [
    {
      name: 'init',
      summary: 'Write a section of AGENTS.md, and .mcp.json',
      options: [{ flags: '--dry-run', summary: 'Print the files instead of writing them' }],
      run: async (context) => (await import('./init.ts')).initAgents(context),
    },
  ],
})
