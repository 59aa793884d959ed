import { type CAC, cac } from 'cac'
import { nearest, ProcessManagerError } from '../src/index.ts'
import { COMMON_OPTIONS, type Command, type Flags } from './command.ts'
import { oneOf } from './values.ts'

export interface Parsed {
  /** Absent: no command was named, or it is none of ours. */
  command: Command | undefined
  /** What was typed where the command belongs. */
  word: string | undefined
  names: string[]
  /** The last of the names, those that followed `--`; absent: there was no `--`. */
  rest?: string[]
  flags: Flags
}

/** Reads the command, its names and its flags, in any order. Throws a usage error. */
export function parse(argv: string[], commands: Command[]): Parsed {
  const named = namedIn(argv, commands)
  const parser = parserOf(named)
  // cac takes a whole process.argv and drops its first two.
  const { args, options } = parser.parse(['', '', ...guarded(argv, named)], { run: false })
  const { '--': rest, ...given } = options
  const command = commands.find(({ name }) => name === parser.matchedCommand?.name)
  const literal: string[] = Array.isArray(rest) ? rest : []
  const words = [...args.map(unguard), ...literal]
  const word = command ? command.name : words[0]
  const names = command ? words : words.slice(1)
  const flags = readFlags(given, parser, commands)
  return { command, word, names, ...(argv.includes('--') && { rest: literal }), flags }
}

/**
 * The commands whose name is among the tokens, wherever it stands: the command is one of them, or there is none. All, if
 * there is no name: then every option may be meant.
 */
function namedIn(argv: string[], commands: Command[]): Command[] {
  const named = commands.filter(({ name, aliases }) => argv.some((token) => token === name || aliases.includes(token)))
  return named.length > 0 ? named : commands
}

/** Knows the commands that can be meant alone: cac reads all words once for each. */
function parserOf(named: Command[]): CAC {
  const parser = cac()
  for (const { flags, summary } of COMMON_OPTIONS) parser.option(flags, summary)
  for (const { name, aliases, summary, options } of named) {
    // Without this, `--no-color` would make "colour" the default, and nobody could tell whether it was asked for.
    const command = parser.command(name, summary, { ignoreOptionDefaultValue: true })
    for (const alias of aliases) command.alias(alias)
    for (const option of options) command.option(option.flags, option.summary)
  }
  parser.globalCommand.config.ignoreOptionDefaultValue = true
  return parser
}

type CacOption = CAC['globalCommand']['options'][number]

/** cac turns what looks like a number or a boolean into one, so that a process named `007` would become `7`. */
const GUARD = '\0'

function guarded(argv: string[], named: Command[]): string[] {
  // An option may be a switch of one command and have a value in another.
  const options = [...COMMON_OPTIONS, ...named.flatMap((command) => command.options)]
  const switches = new Set(
    options.filter(({ flags }) => !flags.includes('<')).flatMap(({ flags }) => flags.split(', ')),
  )
  const end = argv.indexOf('--')
  const flagged = end === -1 ? argv : argv.slice(0, end)
  return [...flagged.flatMap((token) => colorSwitch(token) ?? guard(token, switches)), ...argv.slice(flagged.length)]
}

const WHEN = { always: ['--color'], never: ['--no-color'], auto: [] }

/** `--color=never`, as GNU's tools have it: the switch that says the same. Undefined: another token. */
function colorSwitch(token: string): string[] | undefined {
  if (!token.startsWith('--color=')) return undefined
  return WHEN[oneOf('--color', token.slice('--color='.length), ['always', 'never', 'auto'])]
}

function guard(token: string, switches: Set<string>): string {
  const [, flag, value] = /^(--?[^=]+)=(.*)$/s.exec(token) ?? []
  if (flag !== undefined) {
    if (switches.has(flag)) throw new ProcessManagerError('usage', `${flag} takes no value`)
    return `${flag}=${GUARD}${value}`
  }
  // cac knows a switch of several words by this name alone: by the other it would take the next word for its value.
  if (switches.has(token) && !token.startsWith('--no-')) return camelCased(token)
  // `-n5`, as tail and head read it.
  const [, short, count] = /^(-[A-Za-z])(\d+)$/.exec(token) ?? []
  if (short !== undefined) return `${short}=${GUARD}${count}`
  const literal = token === 'true' || token === 'false' || Number.isFinite(Number(token))
  return literal ? GUARD + token : token
}

function unguard(token: string): string {
  return token.startsWith(GUARD) ? token.slice(GUARD.length) : token
}

/** Names, as cac has them, of options that may be given more than once. */
function repeatable(command: Command | undefined): Set<string> {
  const options = command?.options.filter((option) => option.repeatable) ?? []
  return new Set(options.map(({ flags }) => /--([\w-]+)/.exec(flags)?.[1] ?? ''))
}

function readFlags(given: Record<string, unknown>, parser: CAC, commands: Command[]): Flags {
  const lists = repeatable(commands.find(({ name }) => name === parser.matchedCommand?.name))
  const known = [...parser.globalCommand.options, ...(parser.matchedCommand?.options ?? [])]
  const flags: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const option = known.find(({ names }) => names.includes(key))
    if (!option) throw unknownFlag(key, value, { known, command: parser.matchedCommand?.name, commands })
    if (key !== option.name) continue
    const flag = `--${dashed(key)}`
    if (lists.has(dashed(key))) flags[key] = [value].flat().map((item) => textOf(item, flag))
    else flags[key] = option.isBoolean ? lastOf(value) : textOf(value, flag)
  }
  return flags
}

function lastOf(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value
}

function textOf(value: unknown, flag: string): string {
  if (Array.isArray(value)) throw new ProcessManagerError('usage', `${flag} is given more than once`)
  if (typeof value !== 'string' || unguard(value) === '')
    throw new ProcessManagerError('usage', `${flag} needs a value`)
  return unguard(value)
}

interface Options {
  /** Those of the command, and those that all have. */
  known: CacOption[]
  /** Name of the command; absent: none was named. */
  command: string | undefined
  commands: Command[]
}

function unknownFlag(key: string, value: unknown, { known, command, commands }: Options): ProcessManagerError {
  const word = `${value === false ? 'no-' : ''}${dashed(key)}`
  const flag = `${key.length === 1 ? '-' : '--'}${word}`
  const meant = nearest(
    word,
    known.map(({ name, negated }) => `${negated ? 'no-' : ''}${dashed(name)}`),
  )
  const elsewhere = commands.filter(({ options }) => options.some(({ flags }) => flags.split(/[ ,]+/).includes(flag)))
  const whose = elsewhere.length === 0 ? 'see' : `it is one of ${elsewhere.map(({ name }) => name).join(', ')}; see`
  const hint = meant ? `did you mean \`--${meant}\`?` : `${whose} ${command ? `${command} ` : ''}--help`
  return new ProcessManagerError('usage', `\`${flag}\` is not an option${command ? ` of ${command}` : ''}; ${hint}`)
}

function camelCased(flag: string): string {
  return flag.replace(/(\w)-(\w)/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
