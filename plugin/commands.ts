import { commands as catalog } from '../commands/cli/catalog.ts'
import { COMMON_OPTIONS, type Command as PsCommand } from '../commands/shared/command.ts'
import type { Command } from '../src/index.ts'
import { type HostSchema, hostSchema } from './schema.ts'

/** Runs the command at `path`. `context` is the argument that the host passed to the handler. */
export type Run = (path: string[], context: unknown) => Promise<void>

/** The table of commands that hosts read: `ps` and its subcommands. */
export function commandTable(name: string, run: Run): Record<string, Command> {
  const entries = catalog.map((command) => [command.name, entry([name, command.name], command, run)])
  return {
    [name]: {
      description: 'Start, stop and watch the processes of this project',
      commands: Object.fromEntries(entries),
      ownHelp: true,
      handler: handlerOf([name], run),
    },
  }
}

/**
 * Declares no arguments: some hosts accept no more words than there are of these. Their help shows the names in the
 * description instead.
 */
function entry(path: string[], { summary, aliases, usage, options }: PsCommand, run: Run): Command {
  return {
    description: `${summary}: ${path[0]} ${usage}`,
    aliases,
    args: {},
    options: Object.fromEntries([...options, ...COMMON_OPTIONS].map(optionSchema)),
    ownHelp: true,
    handler: handlerOf(path, run),
  }
}

function optionSchema({ flags, summary }: { flags: string; summary: string }): [string, HostSchema] {
  const name = /--([\w-]+)/.exec(flags)?.[1] ?? flags
  return [name, hostSchema(flags.includes('<') ? 'text' : 'switch', summary)]
}

/** The handler needs exactly one plain parameter. A host would take one without parameters for a lazy loader. */
function handlerOf(path: string[], run: Run): (context: unknown) => Promise<void> {
  return (context) => run(path, context)
}
