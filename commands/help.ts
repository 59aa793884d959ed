import { COMMON_OPTIONS, type Command } from './command.ts'

/** Help of `ps` itself: what there is. Every line fits 80 columns. */
export function overview(program: string, commands: Command[]): string {
  return [
    `Usage: ${program} <command> [options]`,
    '',
    'Start, stop and watch the processes of this project.',
    '',
    section(
      'Commands',
      commands.map(({ name, aliases, summary }) => [[name, ...aliases].join(', '), summary]),
    ),
    '',
    section(
      'Options',
      COMMON_OPTIONS.map(({ flags, summary }) => [flags, summary]),
    ),
    '',
    `Help of a command: ${program} <command> --help`,
  ].join('\n')
}

/** Help of one command. */
export function commandHelp(program: string, command: Command): string {
  const options = [...command.options, ...COMMON_OPTIONS]
  return [
    `Usage: ${program} ${command.usage}`,
    '',
    `${command.summary}.`,
    '',
    section(
      'Options',
      options.map(({ flags, summary }) => [flags, summary]),
    ),
    '',
    'Examples:',
    ...command.examples.flatMap(([line, does]) => [`  # ${does}`, `  ${program} ${line}`]),
  ].join('\n')
}

function section(title: string, rows: [term: string, meaning: string][]): string {
  const width = Math.max(...rows.map(([term]) => term.length))
  return [`${title}:`, ...rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`)].join('\n')
}
