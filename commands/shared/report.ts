import type { Outcome } from '../../src/index.ts'
import { printable, safeText } from '../format/printable.ts'
import { elapsed } from '../format/units.ts'
import { type CommandContext, EXIT } from './command.ts'
import { exitCodeOf } from './exit-codes.ts'
import { singleTarget } from './open-manager.ts'
import { isLive } from './output.ts'

export interface ReportOptions {
  /** The message if there are no outcomes. */
  nothing: string
  /** Names of processes whose success was already reported. */
  reported?: ReadonlySet<string> | undefined
  /** ms until each process was done, by name. */
  took?: ReadonlyMap<string, number> | undefined
}

/** Prints the outcome of each process. Resolves with the exit code of the first failure, or 0. */
export async function reportOutcomes(
  context: CommandContext,
  outcomes: Outcome[],
  { nothing, reported, took }: ReportOptions,
): Promise<number> {
  const { flags, printJson, note, environment } = context
  const target = singleTarget(context)
  if (flags.json) {
    printJson(target === undefined ? outcomes : outcomes.map((outcome) => ({ ...outcome, target })))
  } else if (outcomes.length === 0) {
    note(nothing)
  } else {
    const report = isLive(environment.stdout, environment.env)
      ? await reporterInColumns(context, outcomes, took)
      : (outcome: Outcome) => reportOutcome(context, outcome)
    for (const outcome of outcomes) if (!outcome.ok || !reported?.has(outcome.name)) report(outcome)
  }
  const failure = outcomes.find(({ ok }) => !ok)
  return failure ? exitCodeOf(failure.code) : EXIT.done
}

/** Outcomes that happened while the command ran: the report adds how long they took. */
const NEWS: ReadonlySet<Outcome['result']> = new Set(['started', 'restarted', 'stopped', 'removed', 'completed', 'met'])

/** Prints an outcome on one line, in the same format for people and scripts. */
export function reportOutcome(context: CommandContext, outcome: Omit<Outcome, 'result' | 'cause'>): void {
  const { print, note, paint, paintError } = context
  const { ok, code, lastLines = [] } = outcome
  const name = placeIn(context, outcome.name)
  const message = safeText(outcome.message, false)
  if (ok) {
    print(`${paint('bold', name)}: ${message}${whereOf(outcome, context)}`)
    return
  }
  // The message names the process already, and no such process exists.
  note(
    code === 'unknown-process' ? `${paintError('red', 'error:')} ${message}` : `${paintError('red', name)}: ${message}`,
  )
  if (lastLines.length > 0) {
    note(['  last lines:', ...lastLines.map((line) => `    ${printable(line, false)}`)].join('\n'))
  }
}

/** The report for a terminal: a symbol, aligned names, messages wrapped between words, the last lines behind a bar. */
async function reporterInColumns(
  context: CommandContext,
  outcomes: Outcome[],
  took: ReportOptions['took'],
): Promise<(outcome: Outcome) => void> {
  // Loaded on demand: output to a pipe does not need it.
  const { padEnd, widest, wrapped } = await import('../format/width.ts')
  const { print, note, paint, paintError, symbols, environment } = context
  const { columns } = environment.stdout
  const width = Math.min(Math.floor(columns / 3), widest(outcomes.map(({ name }) => placeIn(context, name))))
  const bar = `  ${paintError('gray', symbols.bar)} `
  return (outcome) => {
    const { ok, result, cause, code, lastLines = [] } = outcome
    const name = placeIn(context, outcome.name)
    const message = safeText(outcome.message, false)
    if (code === 'unknown-process') return reportOutcome(context, outcome)
    if (ok) {
      const ms = took?.get(outcome.name)
      const time = ms !== undefined && NEWS.has(result) && !cause ? ` in ${elapsed(ms)}` : ''
      const where = whereOf(outcome, context)
      return print(`${paint('green', symbols.done)} ${padEnd(paint('bold', name), width)}  ${message}${time}${where}`)
    }
    const indent = Math.max(width, name.length) + 4
    const [first = '', ...more] = wrapped(message, columns - indent)
    note(`${paintError('red', symbols.failed)} ${padEnd(paintError('bold', name), width)}  ${paintError('red', first)}`)
    for (const line of more) note(`${' '.repeat(indent)}${paintError('red', line)}`)
    for (const line of lastLines) note(`${bar}${printable(line, false)}`)
  }
}

/** The name of a process, with its target: whoever ends something has to see where. */
function placeIn(context: CommandContext, name: string): string {
  const target = singleTarget(context)
  return target === undefined ? name : `${target}/${name}`
}

/** Its pid, and its address by name, which on another machine means another process. */
function whereOf({ state }: Pick<Outcome, 'state'>, context: CommandContext): string {
  if (!state?.pid) return ''
  const { paint } = context
  const { pid, url = '' } = state
  const address = singleTarget(context) === undefined ? safeText(url, false) : ''
  return `${paint('gray', ` (pid ${pid})`)}${address && `  ${address}`}`
}
