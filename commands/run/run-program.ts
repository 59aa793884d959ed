import { basename, resolve } from 'node:path'
import type { Outcome, ProcessConfig, ProcessState } from '../../src/index.ts'
import type { CommandContext, Flags } from '../shared/command.ts'
import { wholeNumber } from '../shared/flag-values.ts'
import { commandOptions, runAndReport } from '../shared/lifecycle-command.ts'
import { loadDeclarations, withManagerForOrder } from '../shared/open-manager.ts'
import { namesOf } from '../shared/selection.ts'
import { usageError } from '../shared/usage.ts'

/** Declares the program on the command line as a process, and starts it. */
export async function runProgram(context: CommandContext): Promise<number> {
  const { name, words } = wordsOf(context)
  const options = commandOptions(context.flags)
  const config = configOf(words, context.flags, context.environment.cwd)
  return await withManagerForOrder(context, async (manager) => {
    const states = await manager.list()
    const declared = await declaredNames(context)
    const process = { name: name ?? freeName(words, [...namesOf(states), ...declared]), ...config }
    refuseTaken(process.name, states, declared)
    const followed = {
      manager,
      doing: `Starting ${process.name}`,
      actionOf: ({ name: of }: ProcessState) => (of === process.name ? ('start' as const) : null),
    }
    const request = async (): Promise<Outcome[]> => {
      const outcomes = await manager.run(process, options)
      // If the program cannot be spawned, the command line was wrong, so the process is not kept.
      const refused = outcomes.some(({ name: of, code }) => of === process.name && code === 'config')
      if (refused) await manager.execute('remove', { names: [process.name] })
      return outcomes
    }
    return await runAndReport(context, followed, request, { nothing: 'nothing to run' })
  })
}

/**
 * Splits the words at `--` into the name and the command line.
 *
 * @throws ProcessManagerError `usage`
 */
export function wordsOf({ names, rest }: Pick<CommandContext, 'names' | 'rest'>): {
  name: string | undefined
  words: string[]
} {
  if (rest === undefined) throw usageError('missing -- before the program, such as: run web -- node server.js')
  if (!rest[0]?.trim()) throw usageError('missing program after --, such as: run web -- node server.js')
  const before = names.slice(0, names.length - rest.length)
  if (before.length > 1) throw usageError(`run takes one name before --, but got ${before.join(' ')}`)
  return { name: before[0], words: rest }
}

/** The config of the process, without its name. Throws a usage error. */
export function configOf(
  [command = '', ...args]: string[],
  { cwd, env = [], group, port, watch, autorestart }: Flags,
  folder: string,
): Omit<ProcessConfig, 'name'> {
  return {
    command,
    // A single word with blanks is a whole command line. Several words are passed on as they are.
    ...(args.length > 0 || !/\s/.test(command) ? { args } : {}),
    cwd: resolve(folder, cwd ?? '.'),
    ...(env.length > 0 && { env: Object.fromEntries(env.map(variableOf)) }),
    ...(group !== undefined && { group }),
    ...(port !== undefined && { port: port === 'auto' ? port : wholeNumber('--port', port) }),
    ...(watch && { watch }),
    ...(autorestart !== undefined && { autorestart }),
  }
}

function variableOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  // The text is not shown: it may be a secret whose name is missing.
  if (at < 1) throw usageError('--env must be NAME=VALUE, such as --env LEVEL=debug')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The program's base name, with a number if that name is taken. */
export function freeName(words: string[], taken: string[]): string {
  const [first = ''] = words
  const program = words.length > 1 ? first : (first.trim().split(/\s+/)[0] ?? '')
  const letters = basename(program.replace(/["']/g, ''))
    .replace(/\.(exe|cmd|bat)$/i, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
  const base = letters.slice(0, 56) || 'process'
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`
    if (!taken.includes(name)) return name
  }
}

function refuseTaken(name: string, states: ProcessState[], declared: string[]): void {
  if (declared.includes(name))
    throw usageError(`${name} is declared in the config; use start ${name}, or choose another name`)
  const state = states.find((other) => other.name === name || other.instanceOf === name)
  if (state && (state.wanted === 'up' || state.pid !== null))
    throw usageError(`a process named ${name} already exists; remove it, or choose another name`)
}

/** Names that the config declares. A broken config counts as empty, because `run` does not need it. */
async function declaredNames(context: CommandContext): Promise<string[]> {
  const declared = await loadDeclarations({ ...context, warn: () => {} }).catch(() => undefined)
  return declared?.processes.map(({ name }) => name) ?? []
}
