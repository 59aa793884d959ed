import { constants } from 'node:os'
import type { SignalName } from '../src/index.ts'
import { nearest, SIGNALS, signalOf as signalNamed } from '../src/internal.ts'
import type { Command, CommandContext } from './shared/command.ts'
import { COMMON_SIGNALS } from './shared/flag-values.ts'
import { SELECT_OPTIONS } from './shared/lifecycle-command.ts'
import { askRunning } from './shared/running.ts'
import { usageError } from './shared/usage.ts'

export const signal: Command = {
  name: 'signal',
  aliases: [],
  summary: 'Send a signal to processes',
  usage: 'signal <name…> <signal> [options]',
  options: [...SELECT_OPTIONS, { flags: '--tree', summary: 'Also send it to everything that they started' }],
  examples: [
    ['signal web SIGHUP', 'Ask web to reload its config, if it does so on SIGHUP'],
    ["signal 'web-*' USR1", 'All matching processes; SIG may be left out'],
    ['signal --group workers WINCH --tree', 'Every process in their trees'],
  ],
  async run(context) {
    const { names, signal: sent } = wordsOf(context)
    const options = context.flags.tree ? { tree: true } : {}
    return await askRunning({ ...context, names }, 'signal', (manager, selection) =>
      manager.sendSignal(selection, sent, options),
    )
  },
}

/** The signal of this name or number, with or without `-`, as in kill. */
function signalOf(word: string): SignalName | undefined {
  const [, text = word] = /^-?(\w+)$/.exec(word) ?? []
  return signalNamed(text) ?? SIGNALS.find((name) => /^\d/.test(text) && constants.signals[name] === Number(text))
}

/** Splits the words into names and the signal, which comes last. Throws a usage error. */
function wordsOf({ names: words, flags }: CommandContext): { names: string[]; signal: SignalName } {
  const names = words.slice(0, -1)
  const last = words.at(-1)
  const isAlone = names.length === 0 && flags.group === undefined && !flags.all
  if (last === undefined) throw usageError('missing process and signal, such as: signal web SIGHUP')
  const found = signalOf(last)
  if (found) {
    if (isAlone) throw usageError(`name the processes to send ${found} to, or use --group <name> or --all`)
    return { names, signal: found }
  }
  const first = signalOf(words[0] ?? '')
  if (first) throw usageError(`the signal comes last: signal ${words.slice(1).join(' ')} ${first}`)
  if (isAlone) throw usageError(`missing signal after ${last}, such as: signal ${last} SIGHUP`)
  throw usageError(`${last} is not a signal; ${hintFor(last)}`)
}

/** Suggests the signal that was probably meant, or else the usual ones. */
function hintFor(word: string): string {
  const meant = nearest(word, SIGNALS) ?? nearest(`SIG${word}`, SIGNALS)
  if (meant) return `did you mean \`${meant}\`?`
  return `available: ${COMMON_SIGNALS.join(', ')}, and the others that kill -l lists`
}
