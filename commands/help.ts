import { COMMON_OPTIONS, type Command, type CommandOption } from './command.ts'
import type { Paint } from './format/paint.ts'
import { wrapped } from './format/wrap.ts'

/** Columns that help may take, whatever the terminal has: it is also read in pipes and pages. */
const WIDTH = 80

/** Commands that belong together, under a title. */
export type Section = [title: string, commands: Command[]]

/** Help of `ps` itself: what there is. */
export function overview(program: string, sections: Section[], paint: Paint): string {
  const names = sections.flatMap(([, commands]) => commands).map(nameWithAliases)
  const width = longest([...names, ...COMMON_OPTIONS.map(({ flags }) => flags)])
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
    table('Options of every command', COMMON_OPTIONS.map(row), { width, paint }),
    `Help of one command: ${program} <command> --help`,
  ].join('\n\n')
}

/** Help of one command. */
export function commandHelp(program: string, command: Command, paint: Paint): string {
  const { usage, aliases, summary, options, examples } = command
  const width = longest([...options, ...COMMON_OPTIONS].map(({ flags }) => flags))
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.join(', ')}.`
  return [
    `${paint('bold', 'Usage:')} ${program} ${usage}`,
    `${summary}.${also}`,
    ...(options.length === 0 ? [] : [table('Options', options.map(row), { width, paint })]),
    table('Options of every command', COMMON_OPTIONS.map(row), { width, paint }),
    [
      paint('bold', 'Examples:'),
      ...examples.flatMap(([line, does]) => [`  ${program} ${line}`, `      ${paint('gray', does)}`]),
    ].join('\n'),
  ].join('\n\n')
}

type Row = [term: string, meaning: string]

function row({ flags, summary }: CommandOption): Row {
  return [flags, summary]
}

function nameWithAliases({ name, aliases }: Command): string {
  return [name, ...aliases].join(', ')
}

function longest(terms: string[]): number {
  return Math.max(...terms.map(({ length }) => length))
}

function table(title: string, rows: Row[], { width, paint }: { width: number; paint: Paint }): string {
  const lines = rows.flatMap(([term, meaning]) => {
    const [first = '', ...more] = wrapped(meaning, WIDTH - width - 4)
    const hanging = more.map((text) => `${' '.repeat(width + 4)}${text}`)
    return [`  ${paint('cyan', term)}${' '.repeat(width - term.length)}  ${first}`.trimEnd(), ...hanging]
  })
  return [paint('bold', `${title}:`), ...lines].join('\n')
}
