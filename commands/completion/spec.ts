import { COMMON_OPTIONS, type Command, type CommandOption } from '../command.ts'

/** What can stand in a place: names of processes, those and signals, names with a number, groups, files, folders, one of some words, anything. */
export type Values = 'names' | 'signals' | 'counts' | 'groups' | 'files' | 'folders' | 'anything' | readonly string[]

export interface OptionSpec {
  /** As typed: `-f`, `--follow`. */
  flags: string[]
  summary: string
  /** Absent: it takes no value. */
  values?: Values
}

export interface CommandSpec {
  name: string
  aliases: string[]
  summary: string
  options: OptionSpec[]
  /** Absent: nothing follows. */
  values?: Values
}

/** All that can be typed, for the shells. */
export interface Spec {
  /** What is typed before a command: `['myapp', 'ps']`. */
  program: string[]
  /** What function names of the scripts begin with. */
  prefix: string
  commands: CommandSpec[]
  /** Of every command, and before one. */
  common: OptionSpec[]
}

export function specOf(program: string, commands: Command[]): Spec {
  return {
    program: program.split(' '),
    prefix: `_${program.replace(/\W/g, '_')}`,
    commands: commands.map(({ name, aliases, summary, options, usage }) => ({
      name,
      aliases,
      summary,
      options: options.map(optionOf),
      ...placeOf(usage),
    })),
    common: COMMON_OPTIONS.map(optionOf),
  }
}

/** `start [name…] [options]`, `import <file> [options]`, `completion <bash|zsh|fish>`. */
function placeOf(usage: string): { values?: Values } {
  const [, place] = /^\S+ [[<]([^\]>]+)[\]>]/.exec(usage) ?? []
  if (place === undefined || place === 'options') return {}
  if (place.includes('|')) return { values: place.split('|') }
  if (place.startsWith('name=')) return { values: 'counts' }
  if (usage.includes('<signal>')) return { values: 'signals' }
  if (place.startsWith('name')) return { values: 'names' }
  return { values: place === 'file' ? 'files' : 'anything' }
}

const PLACES: Record<string, Values> = { file: 'files', dir: 'folders' }

function optionOf({ flags, summary, choices }: CommandOption): OptionSpec {
  const [, place] = /<(\w+)>/.exec(flags) ?? []
  const names: string[] = flags.match(/(?<!\S)--?[A-Za-z][\w-]*/g) ?? []
  if (place === undefined) return { flags: names, summary }
  const isGroup = names.includes('--group')
  return { flags: names, summary, values: choices ?? (isGroup ? 'groups' : (PLACES[place] ?? 'anything')) }
}
