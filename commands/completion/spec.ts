import { COMMON_OPTIONS, type Command, type CommandOption } from '../shared/command.ts'

/** The kind of word to complete: process names, process names and signals, `NAME=COUNT`, groups, files, folders, anything, or one of a list. */
export type Values = 'names' | 'signals' | 'counts' | 'groups' | 'files' | 'folders' | 'anything' | readonly string[]

export interface OptionSpec {
  /** As typed: `-f`, `--follow`. */
  flags: string[]
  summary: string
  /** Absent: the option takes no value. */
  values?: Values
}

export interface CommandSpec {
  name: string
  aliases: string[]
  summary: string
  options: OptionSpec[]
  /** Words that may follow. Absent: none. */
  values?: Values
}

/** Everything that the shells can complete. */
export interface Spec {
  /** Words before the command: `['myapp', 'ps']`. */
  program: string[]
  /** Prefix of the function names in the scripts. */
  prefix: string
  commands: CommandSpec[]
  /** Options of every command; they may also stand before the command. */
  common: OptionSpec[]
}

export function specOf(program: string, commands: Command[]): Spec {
  return {
    program: program.split(' '),
    prefix: `_${program.replace(/\W/g, '_')}`,
    commands: commands.map(({ name, aliases, summary, options, usage, subcommands }) => ({
      name,
      aliases,
      summary,
      options: options.map(optionOf),
      ...(subcommands ? { values: subcommands.map((subcommand) => subcommand.name) } : valuesAfter(usage)),
    })),
    common: COMMON_OPTIONS.map(optionOf),
  }
}

/** Derives the words after a command from its usage: `start [name…]`, `import <file>`. */
function valuesAfter(usage: string): { values?: Values } {
  const [, placeholder] = /^\S+ [[<]([^\]>]+)[\]>]/.exec(usage) ?? []
  if (placeholder === undefined || placeholder === 'options') return {}
  if (placeholder.startsWith('name=')) return { values: 'counts' }
  if (usage.includes('<signal>')) return { values: 'signals' }
  if (placeholder.startsWith('name')) return { values: 'names' }
  return { values: placeholder === 'file' ? 'files' : 'anything' }
}

const VALUES: Record<string, Values> = { file: 'files', dir: 'folders' }

function optionOf({ flags, summary, choices }: CommandOption): OptionSpec {
  const [, placeholder] = /<(\w+)>/.exec(flags) ?? []
  const names: string[] = flags.match(/(?<!\S)--?[A-Za-z][\w-]*/g) ?? []
  if (placeholder === undefined) return { flags: names, summary }
  const isGroup = names.includes('--group')
  return { flags: names, summary, values: choices ?? (isGroup ? 'groups' : (VALUES[placeholder] ?? 'anything')) }
}
