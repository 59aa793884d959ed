import type { Outcome } from '../src/index.ts'
import { type CommandContext, EXIT } from './command.ts'
import { exitCodeOf } from './failure.ts'

/** Prints how each process fared and gives the exit code: that of the first failure, or 0. */
export function reportOutcomes(context: CommandContext, outcomes: Outcome[], nothing: string): number {
  const { flags, print, note } = context
  if (flags.json) {
    print(JSON.stringify(outcomes, null, 2))
  } else if (outcomes.length === 0) {
    note(nothing)
  } else {
    for (const outcome of outcomes) reportOutcome(context, outcome)
  }
  const failure = outcomes.find(({ ok }) => !ok)
  return failure ? exitCodeOf(failure.code) : EXIT.done
}

function reportOutcome({ print, note, paint, paintError }: CommandContext, outcome: Outcome): void {
  const { name, ok, message, code, state, lastLines = [] } = outcome
  if (ok) {
    const pid = state?.pid ? paint('gray', ` (pid ${state.pid})`) : ''
    print(`${paint('bold', name)}: ${message}${pid}`)
    return
  }
  // Its sentence says the name, and there is no process of which it would be the news.
  note(
    code === 'unknown-process' ? `${paintError('red', 'error:')} ${message}` : `${paintError('red', name)}: ${message}`,
  )
  if (lastLines.length > 0) note(['  its last lines:', ...lastLines.map((line) => `    ${line}`)].join('\n'))
}
