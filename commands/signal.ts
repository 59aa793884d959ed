import {
  nearest,
  type Outcome,
  ProcessManagerError,
  type ProcessState,
  type Selection,
  SIGNALS,
  type SignalName,
  signalOf,
} from '../src/index.ts'
import { SELECT_OPTIONS } from './act.ts'
import type { Command, CommandContext } from './command.ts'
import { reportOutcomes } from './outcomes.ts'
import { isSelected, namedBy, namesOf, nothingSelected, selectionOf } from './selection.ts'
import { openManager } from './session.ts'

export const signal: Command = {
  name: 'signal',
  aliases: [],
  summary: 'Send a signal to processes',
  usage: 'signal <name…> <signal> [options]',
  options: [...SELECT_OPTIONS, { flags: '--tree', summary: 'Also to everything that they have started' }],
  examples: [
    ['signal web SIGHUP', 'Have it read its config again, if that is what it does then'],
    ["signal 'web-*' USR1", 'All that match; SIG may be left out'],
    ['signal --group workers WINCH --tree', 'Every process of their trees'],
  ],
  async run(context) {
    const { names, signal: sent } = wordsOf(context)
    const manager = await openManager(context)
    try {
      const states = await manager.list()
      const selection = await selectionOf({ ...context, names }, () => namesOf(states))
      if (!selection) throw nothingSelected('signal', namesOf(states))
      const meant = await meantBy(selection, states)
      const options = context.flags.tree ? { tree: true } : {}
      // Nobody needs a supervisor to hear that nothing runs.
      const outcomes = meant.some(({ pid }) => pid !== null)
        ? await manager.sendSignal({ names: meant.map(({ name }) => name) }, sent, options)
        : meant.map(notRunning)
      return reportOutcomes(context, outcomes, { nothing: 'nothing to signal' })
    } finally {
      await manager.close()
    }
  },
}

async function meantBy(selection: Selection, states: ProcessState[]): Promise<ProcessState[]> {
  if (selection.names) return await namedBy(selection.names, states)
  const members = states.filter((state) => isSelected(state, selection))
  if (members.length > 0 || selection.all) return members
  throw new ProcessManagerError('unknown-process', `no process is in group \`${selection.group}\``)
}

function notRunning({ name }: ProcessState): Outcome {
  return { name, ok: false, message: 'not running', code: 'not-running', warnings: [] }
}

/** The last word is the signal. Throws a usage error. */
function wordsOf({ names: words, flags }: CommandContext): { names: string[]; signal: SignalName } {
  const names = words.slice(0, -1)
  const last = words.at(-1)
  const isAlone = names.length === 0 && flags.group === undefined && !flags.all
  if (last === undefined) throw usage('say what to signal and with what: signal web SIGHUP')
  const found = signalOf(last)
  if (found) {
    if (isAlone) throw usage(`say what to send ${found} to: names, --group <name> or --all`)
    return { names, signal: found }
  }
  const first = signalOf(words[0] ?? '')
  if (first) throw usage(`the signal comes last: signal ${words.slice(1).join(' ')} ${first}`)
  if (isAlone) throw usage(`say which signal to send to ${last}: signal ${last} SIGHUP`)
  throw usage(`${last} is no signal; ${hintFor(last)}`)
}

/** Those that are asked for most. */
export const COMMON_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGSTOP', 'SIGCONT', 'SIGKILL']

/** The one that was meant, or those that are asked for most. */
function hintFor(word: string): string {
  const meant = nearest(word, SIGNALS) ?? nearest(`SIG${word}`, SIGNALS)
  return meant
    ? `did you mean \`${meant}\`?`
    : `there is ${COMMON_SIGNALS.join(', ')} and others that kill(1) knows by name`
}

function usage(sentence: string): ProcessManagerError {
  return new ProcessManagerError('usage', sentence)
}
