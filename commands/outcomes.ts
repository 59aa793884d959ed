import { CONDITIONS, type Outcome } from '../src/index.ts'
import { type CommandContext, EXIT } from './command.ts'
import { exitCodeOf } from './failure.ts'
import { printable } from './format/printable.ts'
import { elapsed } from './format/units.ts'
import { wrapped } from './format/wrap.ts'
import { isLive } from './live.ts'

export interface ReportOptions {
  /** What to say when there are none. */
  nothing: string
  /** Names that were told of already, when it came about. */
  told?: ReadonlySet<string> | undefined
  /** ms that it took, by name. */
  took?: ReadonlyMap<string, number> | undefined
}

/** Prints how each process fared and gives the exit code: that of the first failure, or 0. */
export function reportOutcomes(context: CommandContext, outcomes: Outcome[], options: ReportOptions): number {
  const { flags, print, note, environment } = context
  const { nothing, told, took } = options
  if (flags.json) {
    print(JSON.stringify(outcomes, null, 2))
  } else if (outcomes.length === 0) {
    note(nothing)
  } else {
    const width = Math.min(
      Math.floor(environment.stdout.columns / 3),
      Math.max(...outcomes.map(({ name }) => name.length)),
    )
    const isPretty = isLive(environment.stdout, environment.env)
    for (const outcome of outcomes) {
      if (outcome.ok && told?.has(outcome.name)) continue
      if (isPretty) reportInColumns(context, outcome, width, took?.get(outcome.name))
      else reportOutcome(context, outcome)
    }
  }
  const failure = outcomes.find(({ ok }) => !ok)
  return failure ? exitCodeOf(failure.code) : EXIT.done
}

/** What came about while the command went on, in one word: then the time that it took is of interest. */
const NEWS: ReadonlySet<string> = new Set(['started', 'restarted', 'stopped', 'removed', ...CONDITIONS])

/** One line, the same for people and scripts. */
export function reportOutcome({ print, note, paint, paintError }: CommandContext, outcome: Outcome): void {
  const { name, ok, message, code, lastLines = [] } = outcome
  if (ok) {
    print(`${paint('bold', name)}: ${message}${pidOf(outcome, paint)}`)
    return
  }
  // Its sentence says the name, and there is no process of which it would be the news.
  note(
    code === 'unknown-process' ? `${paintError('red', 'error:')} ${message}` : `${paintError('red', name)}: ${message}`,
  )
  if (lastLines.length > 0) {
    note(['  its last lines:', ...lastLines.map((line) => `    ${printable(line, false)}`)].join('\n'))
  }
}

/** For a terminal: a symbol, the names aligned, long sentences broken between words, the last lines behind a bar. */
function reportInColumns(context: CommandContext, outcome: Outcome, width: number, took: number | undefined): void {
  const { print, note, paint, paintError, symbols, environment } = context
  const { name, ok, message, code, lastLines = [] } = outcome
  if (code === 'unknown-process') {
    reportOutcome(context, outcome)
    return
  }
  if (ok) {
    const time = took !== undefined && NEWS.has(message) ? ` in ${elapsed(took)}` : ''
    print(
      `${paint('green', symbols.done)} ${paint('bold', name.padEnd(width))}  ${message}${time}${pidOf(outcome, paint)}`,
    )
    return
  }
  const indent = Math.max(width, name.length) + 4
  const [first = '', ...more] = wrapped(message, environment.stdout.columns - indent)
  note(`${paintError('red', symbols.failed)} ${paintError('bold', name.padEnd(width))}  ${paintError('red', first)}`)
  for (const line of more) note(`${' '.repeat(indent)}${paintError('red', line)}`)
  const bar = `  ${paintError('gray', symbols.bar)} `
  for (const line of lastLines) note(`${bar}${printable(line, false)}`)
}

function pidOf({ state }: Outcome, paint: CommandContext['paint']): string {
  return state?.pid ? paint('gray', ` (pid ${state.pid})`) : ''
}
