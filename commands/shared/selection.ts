import { ProcessManagerError, type ProcessState, type Selection } from '../../src/index.ts'
import type { CommandContext } from './command.ts'
import { unknownProcess, usageError } from './usage.ts'

/** Whether a word is a glob: it has characters that no process name has. */
export const isGlob = (word: string): boolean => /[*?[\]{}()!]/.test(word)

/**
 * Reads which processes the user selected: by names, `--group` or `--all`. Undefined: the user selected nothing. `known` returns
 * the names that globs are matched against. Throws a usage error for more than one way to select.
 */
export async function selectionOf(
  { names, flags }: Pick<CommandContext, 'names' | 'flags'>,
  known: () => string[] | Promise<string[]>,
): Promise<Selection | undefined> {
  const ways: Selection[] = []
  if (names.length > 0) ways.push({ names })
  if (flags.group !== undefined) ways.push({ group: flags.group })
  if (flags.all) ways.push({ all: true })
  if (ways.length > 1) throw usageError('give only one of names, --group and --all')
  if (names.length === 0) return ways[0]
  const expanded = await expandNames(names, known)
  return { names: flags.everywhere ? inProjects(expanded, await known()) : expanded }
}

/** Of all projects: a name without one means the process in every project that has it. Throws `unknown-process`. */
function inProjects(words: string[], known: string[]): string[] {
  return words.flatMap((word) => {
    const found = known.filter((name) => name === word || isBare(word, name))
    if (found.length === 0) throw unknownProcess(word, known)
    return found
  })
}

/** Whether a word is the name of a process without that of its target or project. */
function isBare(word: string, name: string): boolean {
  return !word.includes('/') && name.endsWith(`/${word}`)
}

/** The error if nothing was selected; it lists what could be. */
export function nothingSelected(action: string, known: string[]): ProcessManagerError {
  const available = known.length === 0 ? '' : `; available: ${known.join(', ')}`
  return usageError(`name the processes to ${action}, or use --group <name> or --all${available}`)
}

/**
 * The processes that names and globs stand for, each once. A name stands for the process of that name, or else for all
 * instances declared under it. Throws `unknown-process`.
 */
export async function namedBy(words: string[], states: ProcessState[]): Promise<ProcessState[]> {
  const names = await expandNames(words, () => namesOf(states))
  const found = names.flatMap((name) => {
    const exact = states.filter((state) => state.name === name)
    const instances = exact.length > 0 ? exact : states.filter(({ instanceOf }) => instanceOf === name)
    const meant =
      instances.length > 0 ? instances : states.filter((state) => namesOf([state]).some((known) => isBare(name, known)))
    if (meant.length === 0) throw unknownProcess(name, namesOf(states))
    return meant
  })
  return [...new Set(found)]
}

/** What a process can be selected by. */
type Selectable = Pick<ProcessState, 'name' | 'instanceOf' | 'group'>

/** The processes that names, globs or `--group` stand for; all if nothing is given. Throws `unknown-process`. */
export async function selectedBy(
  { names, flags: { group } }: Pick<CommandContext, 'names' | 'flags'>,
  states: ProcessState[],
): Promise<ProcessState[]> {
  if (names.length > 0 && group !== undefined) throw usageError('give either names or --group')
  if (names.length > 0) return await namedBy(names, states)
  const found = group === undefined ? states : states.filter((state) => state.group === group)
  if (found.length === 0 && group !== undefined)
    throw new ProcessManagerError('unknown-process', `no process is in group \`${group}\``)
  return found
}

/** The same as a test, also of processes that there are not yet. */
export async function selectorOf({
  names,
  flags: { group },
}: Pick<CommandContext, 'names' | 'flags'>): Promise<(process: Selectable) => boolean> {
  const picomatch = names.some(isGlob) ? (await import('picomatch')).default : undefined
  const tests = names.map((word) =>
    isGlob(word) && picomatch ? picomatch(word) : (name: string) => name === word || isBare(word, name),
  )
  if (tests.length === 0) return (process) => group === undefined || process.group === group
  return (process) => namesOf([process]).some((name) => tests.some((test) => test(name)))
}

/** Whether a selection contains this process. Dependencies are not included. */
export function isSelected({ name, instanceOf, group }: ProcessState, selection: Selection): boolean {
  if (selection.all) return true
  if (selection.group !== undefined) return group === selection.group
  return selection.names?.some((wanted) => wanted === name || wanted === instanceOf) ?? false
}

/** All names that processes can be selected by: their own, and those that instances were declared under. */
export function namesOf(states: Pick<ProcessState, 'name' | 'instanceOf'>[]): string[] {
  return states.flatMap(({ name, instanceOf }) => (instanceOf === null ? [name] : [name, instanceOf]))
}

/**
 * Replaces each glob (`web-*`, `{web,db}`, `!db`) by the known names that it matches. `known` is only called if there is a
 * glob. Throws `unknown-process` for a glob that matches nothing.
 */
export async function expandNames(words: string[], known: () => string[] | Promise<string[]>): Promise<string[]> {
  if (!words.some(isGlob)) return words
  const { default: picomatch } = await import('picomatch')
  const names = [...new Set(await known())]
  const found = words.flatMap((word) => {
    if (!isGlob(word)) return [word]
    const matches = picomatch(word)
    const matching = names.filter((name) => matches(name))
    if (matching.length === 0) throw nothingMatches(word, names)
    return matching
  })
  return [...new Set(found)]
}

function nothingMatches(glob: string, names: string[]): ProcessManagerError {
  const choices = names.length === 0 ? 'there are no processes yet' : `available: ${names.join(', ')}`
  return new ProcessManagerError('unknown-process', `no process matches ${glob}; ${choices}`)
}
