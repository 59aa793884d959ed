import type { AppConfig, Command } from '../config/define.ts'
import { nearest } from '../model/text/text.ts'
import { helpText } from './help.ts'
import { parseTokens } from './parse.ts'
import { commandsOf, type Resolved, resolveCommand } from './resolve.ts'

export interface HostOutput {
  program: string
  /** Show the stack of an error. */
  debug: boolean
  /** Prints a line to stdout. */
  print(text: string): void
  /** Prints a line to stderr. */
  printError(text: string): void
}

/** Finds the command and calls its handler. Resolves to the exit code. */
export async function dispatch(app: AppConfig, argv: readonly string[], around: HostOutput): Promise<number> {
  const root: Command = { commands: commandsOf(app), ...(app.description && { description: app.description }) }
  const resolved = resolveCommand(root, argv)
  const { command, path, tokens } = resolved
  const program = [around.program, ...path].join(' ')
  const { words, options } = await parseTokens(command, tokens)

  if (path.length === 0 && (options.version || options.v)) {
    around.print(app.version ?? '0.0.0')
    return 0
  }
  const [word] = words
  const wantsHelp = !command.ownHelp && (options.help === true || options.h === true)
  if (wantsHelp || (!command.handler && word === undefined)) {
    around.print(helpText(program, command))
    return 0
  }
  if (!command.handler) {
    around.printError(noSuchCommand(String(word), program, command))
    return 2
  }
  return await call(resolved, options, app, around)
}

async function call(
  { command, path, tokens }: Resolved,
  options: Record<string, unknown>,
  app: AppConfig,
  around: HostOutput,
): Promise<number> {
  try {
    const raw = { command: path.join(' '), args: tokens, options }
    const result = await command.handler?.({ ...raw, _raw: raw, _context: { config: app } })
    if (typeof result === 'string' && result !== '') around.print(result)
    return 0
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error))
    around.printError(`error: ${around.debug && stack ? stack : message}`)
    return 1
  }
}

function noSuchCommand(word: string, program: string, { commands = {} }: Command): string {
  const meant = nearest(word, Object.keys(commands))
  return `error: \`${word}\` is not a command; ${meant ? `did you mean \`${meant}\`?` : `see ${program} --help`}`
}
