import { basename, resolve } from 'node:path'
import { type ProcessConfig, ProcessManagerError, type ProcessState } from '../src/index.ts'
import { commandOptions } from './act.ts'
import { carryOut, interrupted } from './carry-out.ts'
import type { CommandContext, Flags } from './command.ts'
import { loadDeclarations } from './declarations.ts'
import { reportOutcomes } from './outcomes.ts'
import { namesOf } from './selection.ts'
import { openManager } from './session.ts'
import { wholeNumber } from './values.ts'

/** Declares what the command line says, and starts it. */
export async function runProgram(context: CommandContext): Promise<number> {
  const { name, words } = wordsOf(context)
  const options = commandOptions(context.flags)
  const config = configOf(words, context.flags, context.environment.cwd)
  const manager = await openManager(context)
  try {
    const states = await manager.list()
    const declared = await declaredNames(context)
    const process = { name: name ?? freeName(words, [...namesOf(states), ...declared]), ...config }
    refuseTaken(process.name, states, declared)
    const followed = {
      manager,
      doing: `Starting ${process.name}`,
      actionOf: ({ name: of }: ProcessState) => (of === process.name ? ('start' as const) : null),
      startsOthers: true,
    }
    const { outcomes, told, took } = await carryOut(context, followed, () => manager.run(process, options))
    if (!outcomes) return interrupted(context)
    // What cannot even be spawned was a mistake in the command line: nothing of it stays.
    const refused = outcomes.find(({ name: of, code }) => of === process.name && code === 'config')
    if (refused) await manager.execute('remove', { names: [process.name] })
    return reportOutcomes(context, outcomes, { nothing: 'nothing to run', told, took })
  } finally {
    await manager.close()
  }
}

/**
 * What comes before `--` and what after it.
 *
 * @throws ProcessManagerError `usage`
 */
export function wordsOf({ names, rest }: Pick<CommandContext, 'names' | 'rest'>): {
  name: string | undefined
  words: string[]
} {
  if (rest === undefined) throw usage('put -- before the program, such as: run web -- node server.js')
  if (!rest[0]?.trim()) throw usage('say what to run after --, such as: run web -- node server.js')
  const before = names.slice(0, names.length - rest.length)
  if (before.length > 1) throw usage(`run takes one name before --, but got ${before.join(' ')}`)
  return { name: before[0], words: rest }
}

/** Everything but the name. Throws a usage error. */
export function configOf(
  [command = '', ...args]: string[],
  { cwd, env = [], group, port, watch, autorestart }: Flags,
  folder: string,
): Omit<ProcessConfig, 'name'> {
  return {
    command,
    // One word may be a whole line; of several each is left as it is.
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
  // The text may be a secret whose name was forgotten.
  if (at < 1) throw usage('--env needs a name and a value, such as --env LEVEL=debug')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** The program's base name, with a number where it is taken. */
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
    throw usage(`${name} is declared by the config; start it with start, or choose another name`)
  const state = states.find((other) => other.name === name || other.instanceOf === name)
  if (state && (state.wanted === 'up' || state.pid !== null))
    throw usage(`there is a process named ${name} already; remove it, or choose another name`)
}

/** A config that cannot be loaded keeps nobody from running what it does not declare. */
async function declaredNames(context: CommandContext): Promise<string[]> {
  const declared = await loadDeclarations({ ...context, warn: () => {} }).catch(() => undefined)
  return declared?.processes.map(({ name }) => name) ?? []
}

function usage(sentence: string): ProcessManagerError {
  return new ProcessManagerError('usage', sentence)
}
