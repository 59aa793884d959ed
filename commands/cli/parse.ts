import { type CAC, cac } from 'cac'
import type { ProcessManagerError } from '../../src/index.ts'
import { nearest } from '../../src/internal.ts'
import { COMMON_OPTIONS, type Command, type Flags } from '../shared/command.ts'
import { oneOf } from '../shared/flag-values.ts'
import { usageError } from '../shared/usage.ts'

export interface Parsed {
  /** Absent: no command was given, or it is unknown. */
  command: Command | undefined
  /** The word in the position of the command. */
  word: string | undefined
  names: string[]
  /** The names that followed `--`; they are also the last of `names`. Absent: there was no `--`. */
  rest?: string[]
  flags: Flags
}

/**
 * Parses the command, its names and its flags, in any order. Throws a usage error.
 *
 * @param program what the user types before the command, for messages
 */
export function parse(argv: string[], commands: Command[], program = 'tuix-ps'): Parsed {
  const named = namedIn(argv, commands)
  const parser = parserOf(named)
  // cac expects all of process.argv and drops the first two.
  const { args, options } = parser.parse(['', '', ...guarded(argv, named)], { run: false })
  const { '--': rest, ...given } = options
  const command = commands.find(({ name }) => name === parser.matchedCommand?.name)
  const literal: string[] = Array.isArray(rest) ? rest : []
  const words = [...args.map(unguard), ...literal]
  const word = command ? command.name : words[0]
  const names = command ? words : words.slice(1)
  const flags = readFlags(given, { parser, commands, program })
  // What is the version elsewhere has another meaning where docker compose has it.
  const other = flags.version && argv.includes('-v') ? otherOption('-v', command, program) : undefined
  if (other) throw other
  return { command, word, names, ...(argv.includes('--') && { rest: literal }), flags }
}

/**
 * The commands whose name appears among the tokens, in any position; if there is a command, it is one of them. Without any
 * name all commands are returned, because any option may be meant.
 */
function namedIn(argv: string[], commands: Command[]): Command[] {
  const named = commands.filter(({ name, aliases }) => argv.some((token) => token === name || aliases.includes(token)))
  return named.length > 0 ? named : commands
}

/** A parser for these commands only, since cac goes over all words once for each command. */
function parserOf(named: Command[]): CAC {
  const parser = cac()
  for (const { flags, summary } of COMMON_OPTIONS) parser.option(flags, summary)
  for (const { name, aliases, summary, options } of named) {
    // Without this setting `--no-color` would turn colour on by default, as if the user had asked for it.
    const command = parser.command(name, summary, { ignoreOptionDefaultValue: true })
    for (const alias of aliases) command.alias(alias)
    for (const option of options) command.option(option.flags, option.summary)
  }
  parser.globalCommand.config.ignoreOptionDefaultValue = true
  return parser
}

type CacOption = CAC['globalCommand']['options'][number]

/** Marks text that cac must not convert: it turns numbers and booleans into values, so that the process `007` would become `7`. */
const GUARD = '\0'

function guarded(argv: string[], named: Command[]): string[] {
  // The same option may be a switch in one command and take a value in another.
  const options = [...COMMON_OPTIONS, ...named.flatMap((command) => command.options)]
  const switches = new Set(
    options.filter(({ flags }) => !flags.includes('<')).flatMap(({ flags }) => flags.split(', ')),
  )
  const end = argv.indexOf('--')
  const flagged = end === -1 ? argv : argv.slice(0, end)
  return [...flagged.flatMap((token) => colorSwitch(token) ?? guard(token, switches)), ...argv.slice(flagged.length)]
}

const WHEN = { always: ['--color'], never: ['--no-color'], auto: [] }

/** Translates `--color=never`, as GNU tools have it, to the matching switch. Undefined: the token is something else. */
function colorSwitch(token: string): string[] | undefined {
  if (!token.startsWith('--color=')) return undefined
  return WHEN[oneOf('--color', token.slice('--color='.length), ['always', 'never', 'auto'])]
}

function guard(token: string, switches: Set<string>): string {
  const [, flag, value] = /^(--?[^=]+)=(.*)$/s.exec(token) ?? []
  if (flag !== undefined) {
    if (switches.has(flag)) throw usageError(`${flag} takes no value`)
    return `${flag}=${GUARD}${value}`
  }
  // cac only knows a switch of several words by its camel-cased name. By its dashed name it would take the next word as a value.
  if (switches.has(token) && !token.startsWith('--no-')) return camelCased(token)
  // `-n5`, as in tail and head.
  const [, short, count] = /^(-[A-Za-z])(\d+)$/.exec(token) ?? []
  if (short !== undefined) return `${short}=${GUARD}${count}`
  const literal = token === 'true' || token === 'false' || Number.isFinite(Number(token))
  return literal ? GUARD + token : token
}

function unguard(token: string): string {
  return token.startsWith(GUARD) ? token.slice(GUARD.length) : token
}

/** Long names of the options that may be given more than once. */
function repeatable(command: Command | undefined): Set<string> {
  const options = command?.options.filter((option) => option.repeatable) ?? []
  return new Set(options.map(({ flags }) => /--([\w-]+)/.exec(flags)?.[1] ?? ''))
}

interface Reading {
  parser: CAC
  commands: Command[]
  program: string
}

function readFlags(given: Record<string, unknown>, { parser, commands, program }: Reading): Flags {
  const lists = repeatable(commands.find(({ name }) => name === parser.matchedCommand?.name))
  const known = [...parser.globalCommand.options, ...(parser.matchedCommand?.options ?? [])]
  const flags: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const option = known.find(({ names }) => names.includes(key))
    if (!option) throw unknownFlag(key, value, { known, command: parser.matchedCommand?.name, commands, program })
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
  if (Array.isArray(value)) throw usageError(`${flag} is given more than once`)
  if (typeof value !== 'string' || unguard(value) === '') throw usageError(`${flag} needs a value`)
  return unguard(value)
}

interface UnknownFlagOptions {
  /** Options of the command, and the common ones. */
  known: CacOption[]
  /** Name of the command. Absent: none was given. */
  command: string | undefined
  commands: Command[]
  program: string
}

function unknownFlag(
  key: string,
  value: unknown,
  { known, command, commands, program }: UnknownFlagOptions,
): ProcessManagerError {
  const word = `${value === false ? 'no-' : ''}${dashed(key)}`
  const flag = `${key.length === 1 ? '-' : '--'}${word}`
  const meant = nearest(
    word,
    known.map(({ name, negated }) => `${negated ? 'no-' : ''}${dashed(name)}`),
  )
  const other = otherOption(
    flag,
    commands.find(({ name }) => name === command),
    program,
  )
  if (other) return other
  const elsewhere = commands.filter(({ options }) => options.some(({ flags }) => flags.split(/[ ,]+/).includes(flag)))
  const others = elsewhere.length === 0 ? '' : `, but of ${elsewhere.map(({ name }) => name).join(', ')}`
  const help = `see ${[program, command, '--help'].filter(Boolean).join(' ')}`
  const hint = meant ? `did you mean \`--${meant}\`?` : help
  return usageError(`\`${flag}\` is not an option${command ? ` of ${command}` : ''}${meant ? '' : others}; ${hint}`)
}

/** The error for an option that other process managers have; undefined if none is known. */
function otherOption(flag: string, command: Command | undefined, program: string): ProcessManagerError | undefined {
  const other = command?.otherOptions?.[flag]
  return other === undefined
    ? undefined
    : usageError(`\`${flag}\` is not an option of ${command?.name}; ${other.replaceAll('…', program)}`)
}

function camelCased(flag: string): string {
  return flag.replace(/(\w)-(\w)/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
