import { nearest } from '../../src/internal.ts'
import type { Command, CommandOption, Flags, Subcommand } from './command.ts'
import { usageError, withoutNames } from './usage.ts'

export interface CommandWithSubcommands extends Pick<Command, 'name' | 'summary' | 'examples'> {
  subcommands: readonly Subcommand[]
  /** Name of the subcommand that runs by default. Absent: the user must name one. */
  fallback?: string
}

/** Makes a command from its subcommands: its usage, options and usage errors are derived from them. */
export function commandWithSubcommands({
  name,
  summary,
  examples,
  subcommands,
  fallback,
}: CommandWithSubcommands): Command {
  const shown = subcommands.filter(({ isHidden }) => !isHidden)
  const words = shown.map((subcommand) => subcommand.name).join('|')
  const chosen = (word = fallback) => subcommands.find((known) => known.name === word)
  return {
    name,
    aliases: [],
    summary,
    usage: `${name} ${fallback === undefined ? `<${words}>` : `[${words}]`} [options]`,
    options: allOptions(shown),
    examples,
    subcommands: shown,
    isEndless: ({ names: [word, ...names], flags }) => chosen(word)?.isEndless?.({ names, flags }) ?? false,
    async run(context) {
      const [word = fallback, ...names] = context.names
      const subcommand = chosen(word)
      if (!subcommand) throw unknownSubcommand(name, word, shown)
      withoutNames({ names }, `${name} ${subcommand.name}`)
      refuseForeignOptions(context.flags, { command: name, subcommand, subcommands })
      return await subcommand.run({ ...context, names })
    },
  }
}

/** Each option once, with the subcommands that have it. */
function allOptions(subcommands: readonly Subcommand[]): CommandOption[] {
  const byFlags = new Map<string, { option: CommandOption; names: string[] }>()
  for (const { name, options = [] } of subcommands)
    for (const option of options) {
      const known = byFlags.get(option.flags)
      if (known) known.names.push(name)
      else byFlags.set(option.flags, { option, names: [name] })
    }
  return [...byFlags.values()].map(({ option, names }) => labelled(option, names))
}

/** The option in the list of the whole command, which says which subcommands it is for. */
function labelled({ summary, ...option }: CommandOption, names: string[]): CommandOption {
  return { ...option, summary: `With ${names.join(', ')}: ${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}` }
}

interface Chosen {
  command: string
  subcommand: Subcommand
  subcommands: readonly Subcommand[]
}

function refuseForeignOptions(flags: Flags, { command, subcommand, subcommands }: Chosen): void {
  const own = subcommand.options?.map(longName) ?? []
  for (const { name, options = [] } of subcommands) {
    const foreign = options.map(longName).filter((option) => !own.includes(option))
    const given = foreign.find((option) => flags[option as keyof Flags] !== undefined)
    if (given !== undefined) throw usageError(`--${given} is only an option of ${command} ${name}`)
  }
}

function longName({ flags }: CommandOption): string {
  return /--([\w-]+)/.exec(flags)?.[1] ?? ''
}

function unknownSubcommand(command: string, word: string | undefined, subcommands: readonly Subcommand[]) {
  const names = subcommands.map(({ name }) => name)
  const available = `available: ${names.join(', ')}`
  if (word === undefined) return usageError(`${command} needs a subcommand; ${available}`)
  const meant = nearest(word, names)
  return usageError(`${command} ${word} is not a command; ${meant ? `did you mean ${meant}?` : available}`)
}
