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
    options: shown.flatMap((subcommand) => (subcommand.options ?? []).map((option) => labelled(option, subcommand))),
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

/** The option in the list of the whole command, which says which subcommand it is for. */
function labelled({ summary, ...option }: CommandOption, { name }: Subcommand): CommandOption {
  return { ...option, summary: `With ${name}: ${summary.slice(0, 1).toLowerCase()}${summary.slice(1)}` }
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
