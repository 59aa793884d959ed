import { commands as catalog } from '../commands/catalog.ts'
import { COMMON_OPTIONS, type Command as PsCommand } from '../commands/command.ts'
import type { Command } from '../src/index.ts'
import { type HostSchema, hostSchema } from './schema.ts'

/** Runs the command at `path` with what the host gave its handler. */
export type Run = (path: string[], context: unknown) => Promise<void>

/** The commands as a table that hosts read: `ps`, and those under it. */
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

function entry(path: string[], { summary, aliases, usage, options }: PsCommand, run: Run): Command {
  const named = /[[<]name(…?)[\]>]/.exec(usage)
  return {
    description: summary,
    aliases,
    args: named ? { name: hostSchema('text', named[1] ? 'Names of processes' : 'Name of a process') } : {},
    options: Object.fromEntries([...options, ...COMMON_OPTIONS].map(optionSchema)),
    ownHelp: true,
    handler: handlerOf(path, run),
  }
}

function optionSchema({ flags, summary }: { flags: string; summary: string }): [string, HostSchema] {
  const name = /--([\w-]+)/.exec(flags)?.[1] ?? flags
  return [name, hostSchema(flags.includes('<') ? 'text' : 'switch', summary)]
}

/** One plain parameter: a host takes a handler without one for a function that loads the real handler. */
function handlerOf(path: string[], run: Run): (context: unknown) => Promise<void> {
  return (context) => run(path, context)
}
