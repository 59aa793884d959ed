import type { Paint } from '../format/paint.ts'
import { GAP, INDENT, layOut } from '../format/table.ts'
import { padEnd, widest, wrapped } from '../format/width.ts'
import { COMMON_OPTIONS, type Command, type CommandOption, type Subcommand } from '../shared/command.ts'

/** Width of the help in columns. It does not depend on the terminal, because help is also read in pipes and on web pages. */
const WIDTH = 80

/** A titled group of commands. */
export type Section = [title: string, commands: Command[]]

/** The help of `ps` itself: an overview of all commands. */
export function overview(program: string, sections: Section[], paint: Paint): string {
  const names = sections.flatMap(([, commands]) => commands).map(nameWithAliases)
  const width = widest([...names, ...COMMON_OPTIONS.map(({ flags }) => flags)])
  return [
    `${paint('bold', 'Usage:')} ${program} <command> [options]`,
    'Start, stop and watch the processes of this project.',
    ...sections.map(([title, commands]) =>
      table(
        title,
        commands.map((command): Row => [nameWithAliases(command), command.summary]),
        { width, paint },
      ),
    ),
    table('Common options', COMMON_OPTIONS.map(row), { width, paint }),
    `Help for a command: ${program} <command> --help`,
  ].join('\n\n')
}

/** The help of one command. */
export function commandHelp(program: string, command: Command, paint: Paint): string {
  const { usage, aliases, summary, options, examples, subcommands = [] } = command
  const width = widest([
    ...[...options, ...COMMON_OPTIONS].map(({ flags }) => flags),
    ...subcommands.map(({ name }) => name),
  ])
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`
  return [
    `${paint('bold', 'Usage:')} ${program} ${usage}`,
    `${summary}.${also}`,
    ...(subcommands.length === 0 ? [] : [table('Subcommands', subcommands.map(subcommandRow), { width, paint })]),
    ...(options.length === 0 ? [] : [table('Options', options.map(row), { width, paint })]),
    table('Common options', COMMON_OPTIONS.map(row), { width, paint }),
    ...(examples.length === 0 ? [] : [exampleText(program, examples, paint)]),
  ].join('\n\n')
}

/** The help of one subcommand. */
export function subcommandHelp(program: string, command: Command, subcommand: Subcommand, paint: Paint): string {
  const { name, summary, options = [], run } = subcommand
  const path = `${command.name} ${name}`
  const examples = command.examples.filter(([line]) => `${line} `.startsWith(`${path} `))
  const part = { name: path, aliases: [], summary, usage: `${path} [options]`, options, examples, run }
  return commandHelp(program, part, paint)
}

function exampleText(program: string, examples: Command['examples'], paint: Paint): string {
  const lines = examples.flatMap(([line, does]) => [`  ${program} ${line}`, `      ${paint('gray', does)}`])
  return [paint('bold', 'Examples:'), ...lines].join('\n')
}

type Row = [term: string, meaning: string]

function row({ flags, summary }: CommandOption): Row {
  return [flags, summary]
}

function subcommandRow({ name, summary }: Subcommand): Row {
  return [name, summary]
}

function nameWithAliases({ name, aliases }: Command): string {
  return [name, ...aliases].join(', ')
}

function table(title: string, rows: Row[], { width, paint }: { width: number; paint: Paint }): string {
  const room = WIDTH - INDENT - width - GAP
  const cells = rows.map(([term, meaning]) => [padEnd(paint('cyan', term), width), wrapped(meaning, room).join('\n')])
  return [paint('bold', `${title}:`), ...layOut(cells, { indent: INDENT })].join('\n')
}
