import type { Command } from '../config/define.ts'

/** Help of an app or of one of its commands. `program` is the command line that leads to it. */
export function helpText(program: string, command: Command): string {
  const commands = Object.entries(command.commands ?? {})
    .filter(([, { hidden }]) => !hidden)
    .map(([name, { aliases = [], description = '' }]): Row => [[name, ...aliases].join(', '), description])
  const args = Object.entries(command.args ?? {}).map(([name, schema]): Row => [name, describe(schema)])
  const options = Object.entries(command.options ?? {}).map(([name, schema]): Row => [`--${name}`, describe(schema)])
  const usage = [program, commands.length > 0 && '<command>', ...args.map(([name]) => `[${name}]`), '[options]']
  return [
    `Usage: ${usage.filter(Boolean).join(' ')}`,
    ...(command.description ? ['', command.description] : []),
    ...section('Commands', commands),
    ...section('Arguments', args),
    ...section('Options', [...options, ['-h, --help', 'Show this help'], ['-v, --version', 'Show the version']]),
    ...(commands.length > 0 ? ['', `Help of a command: ${program} <command> --help`] : []),
  ].join('\n')
}

type Row = [term: string, meaning: string]

function section(title: string, rows: Row[]): string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([term]) => term.length))
  return ['', `${title}:`, ...rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`.trimEnd())]
}

/** Description of a schema of zod 3 or compatible, of zod 4, or of none. */
function describe(schema: unknown): string {
  const { description, _def } = (schema ?? {}) as { description?: unknown; _def?: { description?: unknown } }
  return String(description ?? _def?.description ?? '')
}
