import { type CAC, cac } from 'cac'
import { nearest, ProcessManagerError } from '../src/index.ts'
import { COMMON_OPTIONS, type Command, type Flags } from './command.ts'

export interface Parsed {
  /** Absent: no command was named, or it is none of ours. */
  command: Command | undefined
  /** What was typed where the command belongs. */
  word: string | undefined
  names: string[]
  flags: Flags
}

/** Reads the command, its names and its flags, in any order. Throws a usage error. */
export function parse(argv: string[], commands: Command[]): Parsed {
  const parser = parserOf(commands)
  // cac takes a whole process.argv and drops its first two.
  const { args, options } = parser.parse(['', '', ...guarded(argv, commands)], { run: false })
  const { '--': rest, ...given } = options
  const command = commands.find(({ name }) => name === parser.matchedCommand?.name)
  const words = [...args, ...(Array.isArray(rest) ? rest : [])].map(unguard)
  const word = command ? command.name : words[0]
  const names = command ? words : words.slice(1)
  const flags = readFlags(given, parser)
  return { command, word, names, flags }
}

function parserOf(commands: Command[]): CAC {
  const parser = cac()
  for (const { flags, summary } of COMMON_OPTIONS) parser.option(flags, summary)
  for (const { name, aliases, summary, options } of commands) {
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

function guarded(argv: string[], commands: Command[]): string[] {
  const options = [...COMMON_OPTIONS, ...commands.flatMap((command) => command.options)]
  const switches = new Set(
    options.filter(({ flags }) => !flags.includes('<')).flatMap(({ flags }) => flags.split(', ')),
  )
  const end = argv.indexOf('--')
  const flagged = end === -1 ? argv : argv.slice(0, end)
  return [...flagged.map((token) => guard(token, switches)), ...argv.slice(flagged.length)]
}

function guard(token: string, switches: Set<string>): string {
  const [, flag, value] = /^(--?[^=]+)=(.*)$/s.exec(token) ?? []
  if (flag !== undefined) {
    if (switches.has(flag)) throw new ProcessManagerError('usage', `${flag} takes no value`)
    return `${flag}=${GUARD}${value}`
  }
  // `-n5`, as tail and head read it.
  const [, short, count] = /^(-[A-Za-z])(\d+)$/.exec(token) ?? []
  if (short !== undefined) return `${short}=${GUARD}${count}`
  const literal = token === 'true' || token === 'false' || Number.isFinite(Number(token))
  return literal ? GUARD + token : token
}

function unguard(token: string): string {
  return token.startsWith(GUARD) ? token.slice(GUARD.length) : token
}

function readFlags(given: Record<string, unknown>, parser: CAC): Flags {
  const known = [...parser.globalCommand.options, ...(parser.matchedCommand?.options ?? [])]
  const flags: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const option = known.find(({ names }) => names.includes(key))
    if (!option) throw unknownFlag(key, value, known)
    if (key !== option.name) continue
    flags[key] = option.isBoolean ? lastOf(value) : textOf(value, `--${dashed(key)}`)
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

function unknownFlag(key: string, value: unknown, known: CacOption[]): ProcessManagerError {
  const word = `${value === false ? 'no-' : ''}${dashed(key)}`
  const meant = nearest(
    word,
    known.map(({ name, negated }) => `${negated ? 'no-' : ''}${dashed(name)}`),
  )
  const hint = meant ? `; did you mean --${meant}?` : ''
  return new ProcessManagerError('usage', `${key.length === 1 ? '-' : '--'}${word} is not an option${hint}`)
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
