import { nearest, ProcessManagerError, runDaemon, VERSION } from '../src/index.ts'
import { type Command, type CommandContext, EXIT, type Flags, SUPERVISOR_COMMAND } from './command.ts'
import type { PsEnvironment } from './environment.ts'
import { describeFailure } from './failure.ts'
import { painterOf, wantsColor } from './format/color.ts'
import { symbolsOf } from './format/symbols.ts'
import { list } from './list.ts'
import { type Parsed, parse } from './parse.ts'

/**
 * Runs one `ps` command, whatever the host: `argv` is what follows the program's name, as typed. Never throws; resolves
 * with the exit code: 0 done, 1 failed, 2 usage or config, 3 and 4 as `status` says, 124 as `wait` says, 130
 * interrupted.
 */
export async function runPs(argv: string[], environment: PsEnvironment): Promise<number> {
  try {
    return await run(argv, environment)
  } catch (error) {
    const { env, stderr } = environment
    const { text, exitCode } = describeFailure(error, Boolean(env.TUIX_DEBUG))
    // What could not be parsed has no flags: that no colour is wanted is seen all the same.
    const flag = argv.some((token) => token === '--no-color' || token === '--color=never') ? false : undefined
    const paint = await painterOf({ flag, env, isTTY: stderr.isTTY })
    stderr.write(`${paint('red', 'error:')} ${text}\n`)
    return exitCode
  }
}

async function run(argv: string[], environment: PsEnvironment): Promise<number> {
  if (argv[0] === SUPERVISOR_COMMAND) return await runDaemon(argv.at(-1) ?? '')
  const { command, word, names, rest, flags } = await parsed(argv)
  const { program, stdout } = environment
  if (flags.version) {
    stdout.write(`${VERSION}\n`)
    return EXIT.done
  }
  if (!command && (word === undefined || word === 'help')) return help(names[0], flags, environment)
  if (!command) throw await unknownCommand(word ?? '', program)
  if (flags.help) return help(command.name, flags, environment)
  return await command.run({ ...(await contextOf(environment, names, flags)), ...(rest && { rest }) })
}

/** `list` is asked for most, and answers without loading the others. */
async function parsed(argv: string[]): Promise<Parsed> {
  if (isMeant(list, argv[0])) {
    try {
      return parse(argv, [list])
    } catch {
      // What is wrong with it is said by those who know all commands.
    }
  }
  const { commands } = await catalog()
  return parse(argv, commands)
}

function catalog() {
  return import('./catalog.ts')
}

function isMeant({ name, aliases }: Command, word: string | undefined): boolean {
  return word !== undefined && (name === word || aliases.includes(word))
}

/** Help that was asked for is what the user wants to read: stdout, and no failure. */
async function help(word: string | undefined, flags: Flags, { program, env, stdout }: PsEnvironment): Promise<number> {
  const { commands, sections } = await catalog()
  const command = commands.find((known) => isMeant(known, word))
  if (word !== undefined && !command) throw await unknownCommand(word, program)
  const { commandHelp, overview } = await import('./help.ts')
  const paint = await painterOf({ flag: flags.color, env, isTTY: stdout.isTTY })
  stdout.write(`${command ? commandHelp(program, command, paint) : overview(program, sections, paint)}\n`)
  return EXIT.done
}

async function unknownCommand(word: string, program: string): Promise<ProcessManagerError> {
  const { commands } = await catalog()
  const meant = nearest(
    word,
    commands.flatMap(({ name, aliases }) => [name, ...aliases]),
  )
  const hint = meant ? `did you mean \`${meant}\`?` : `${program} --help shows what there is`
  return new ProcessManagerError('usage', `\`${word}\` is not a command; ${hint}`)
}

async function contextOf(environment: PsEnvironment, names: string[], flags: Flags): Promise<CommandContext> {
  const { env, stdout, stderr } = environment
  const color = wantsColor({ flag: flags.color, env, isTTY: stdout.isTTY })
  const paintError = await painterOf({ flag: flags.color, env, isTTY: stderr.isTTY })
  const note = (text: string) => stderr.write(`${text}\n`)
  return {
    environment,
    names,
    flags,
    color,
    symbols: symbolsOf(env),
    paint: await painterOf({ flag: flags.color, env, isTTY: stdout.isTTY }),
    paintError,
    print: (text) => stdout.write(`${text}\n`),
    note,
    warn: (sentence) => note(`${paintError('yellow', 'warning:')} ${sentence}`),
  }
}
