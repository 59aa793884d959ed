import { ProcessManagerError, runDaemon, VERSION } from '../../src/index.ts'
import { nearest, refuseWindows } from '../../src/internal.ts'
import { painterOf, wantsColor } from '../format/color.ts'
import { safeJson, safeText } from '../format/printable.ts'
import { symbolsOf } from '../format/symbols.ts'
import { list } from '../list/index.ts'
import { type Command, type CommandContext, EXIT, type Flags, SUPERVISOR_COMMAND } from '../shared/command.ts'
import type { PsEnvironment } from '../shared/environment.ts'
import { describeFailure } from '../shared/exit-codes.ts'
import type { Parsed } from './parse.ts'

/**
 * Runs one `ps` command, in any host. `argv` is what the user typed after the program's name. Never throws. Resolves with the
 * exit code: 0 done, 1 failed, 2 usage or config, 3 not running, 4 unknown process, 124 timeout, 130 interrupted.
 */
export async function runPs(argv: string[], environment: PsEnvironment): Promise<number> {
  try {
    return await run(argv, environment)
  } catch (error) {
    const { env, stderr } = environment
    const { text, exitCode } = describeFailure(error, Boolean(env.TUIX_DEBUG))
    // Without a parsed command line there are no flags, so look for this one directly.
    const flag = argv.some((token) => token === '--no-color' || token === '--color=never') ? false : undefined
    const paint = await painterOf({ flag, env, isTTY: stderr.isTTY })
    stderr.write(`${paint('red', 'error:')} ${safeText(inWordsOf(environment.program, text), false)}\n`)
    return exitCode
  }
}

async function run(argv: string[], environment: PsEnvironment): Promise<number> {
  refuseWindows()
  if (argv[0] === SUPERVISOR_COMMAND) return await runDaemon(argv.at(-1) ?? '')
  const { command, word, names, rest, flags } = await parsed(argv, environment)
  const { program, stdout } = environment
  if (flags.version) {
    stdout.write(`${VERSION}\n`)
    return EXIT.done
  }
  if (!command && (word === undefined || word === 'help')) return help(names, flags, environment)
  if (!command) throw await unknownCommand(word ?? '', program)
  if (flags.help) return help([command.name, ...names], flags, environment)
  const context = { ...(await contextOf(environment, names, flags)), ...(rest && { rest }) }
  try {
    if (flags.timeout === undefined) return await command.run(context)
    const { withinTimeLimit } = await import('../shared/time-limit.ts')
    return await withinTimeLimit(context, () => command.run(context))
  } catch (error) {
    if (!(error instanceof ProcessManagerError) || error.code !== 'unknown-process') throw error
    const { withOtherName } = await import('../shared/other-names.ts')
    throw withOtherName(error, names, command, program)
  }
}

/**
 * Parses the command line. `list` is the most frequent command, and prompts and scripts call it: it does without the other commands, and in
 * its plain form without a parser.
 */
async function parsed(argv: string[], { program }: PsEnvironment): Promise<Parsed> {
  const plain = plainList(argv)
  if (plain) return plain
  const { parse } = await import('./parse.ts')
  if (isNamed(list, argv[0])) {
    try {
      return parse(argv, [list], program)
    } catch {
      // Parse again with all commands, for a complete error message.
    }
  }
  const { commands } = await catalog()
  try {
    return parse(argv, commands, program)
  } catch (error) {
    // The options of a command that does not exist need no explanation.
    const [word = ''] = argv
    const isUnknown = !word.startsWith('-') && !commands.some((command) => isNamed(command, word))
    throw isUnknown ? await unknownCommand(word, program) : error
  }
}

/** What the parser would make of `list` and `list --json`. Undefined: the words are others. */
export function plainList([word, ...flags]: string[]): Parsed | undefined {
  if (!isNamed(list, word) || flags.some((flag) => flag !== '--json')) return undefined
  return { command: list, word: list.name, names: [], flags: flags.length > 0 ? { json: true } : {} }
}

function catalog() {
  return import('./catalog.ts')
}

function isNamed({ name, aliases }: Command, word: string | undefined): boolean {
  return word !== undefined && (name === word || aliases.includes(word))
}

/** Prints help to stdout, with exit code 0: it is what the user asked for. */
async function help([word, part]: string[], flags: Flags, { program, env, stdout }: PsEnvironment): Promise<number> {
  const { commands, sections } = await catalog()
  const command = commands.find((known) => isNamed(known, word))
  if (word !== undefined && !command) throw await unknownCommand(word, program)
  const subcommand = command?.subcommands?.find(({ name }) => name === part)
  const { commandHelp, overview, subcommandHelp } = await import('./help.ts')
  const paint = await painterOf({ flag: flags.color, env, isTTY: stdout.isTTY })
  const text = () => {
    if (!command) return overview(program, sections, paint)
    return subcommand ? subcommandHelp(program, command, subcommand, paint) : commandHelp(program, command, paint)
  }
  stdout.write(`${text()}\n`)
  return EXIT.done
}

async function unknownCommand(word: string, program: string): Promise<ProcessManagerError> {
  const [{ commands }, { otherCommand }] = await Promise.all([catalog(), import('./other-words.ts')])
  const meant = nearest(
    word,
    commands.flatMap(({ name, aliases }) => [name, ...aliases]),
  )
  const known = meant ? `did you mean \`${meant}\`?` : `${program} --help lists all commands`
  const hint = otherCommand(word, program) ?? known
  return new ProcessManagerError('usage', `\`${word}\` is not a command; ${hint}`)
}

async function contextOf(environment: PsEnvironment, names: string[], flags: Flags): Promise<CommandContext> {
  const { env, stdout, stderr } = environment
  const color = wantsColor({ flag: flags.color, env, isTTY: stdout.isTTY })
  const paintError = await painterOf({ flag: flags.color, env, isTTY: stderr.isTTY })
  const colorError = wantsColor({ flag: flags.color, env, isTTY: stderr.isTTY })
  const note = (text: string) => stderr.write(`${safeText(text, colorError)}\n`)
  return {
    environment,
    names,
    flags,
    color,
    symbols: symbolsOf(env),
    paint: await painterOf({ flag: flags.color, env, isTTY: stdout.isTTY }),
    paintError,
    print: (text) => stdout.write(`${safeText(text, color)}\n`),
    printJson: (value) => stdout.write(`${safeJson(value, 2)}\n`),
    note,
    warn: (sentence) => note(`${paintError('yellow', 'warning:')} ${inWordsOf(environment.program, sentence)}`),
  }
}

/** A sentence of the library, which knows commands by the name of the standalone program. */
function inWordsOf(program: string, text: string): string {
  return text.replaceAll('`tuix-ps ', `\`${program} `)
}
