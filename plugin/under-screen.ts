import { isatty } from 'node:tty'
import { commands } from '../commands/cli/catalog.ts'
import type { Io } from '../commands/shared/environment.ts'
import { directOutput, type Output, openOutput, streamOutput, writeAll } from '../commands/shared/output.ts'
import { Interrupt } from '../commands/shared/signals.ts'
import { exitSoon } from './exit.ts'

/** ms between two looks at the mode of the terminal. */
const LOOK_EVERY = 50

/**
 * Runs a command under a host that draws on the screen, clears it when the command is over, handles signals and reads keys
 * itself, and goes on living. Has to be called before the host draws.
 */
export async function underScreen(tokens: string[], run: (io: Io) => Promise<void>): Promise<void> {
  const isTerminal = process.stdout.isTTY === true
  // Whoever reads a pipe or file wants no escapes of the host.
  if (!isTerminal) process.stdout.write = () => true
  const interrupt = new Interrupt({ signals: ['SIGINT', 'SIGTERM'] })
  const { isEndless, readsKeys } = await kindOf(tokens)
  const unwatch = readsKeys ? () => {} : whenRawModeEnds(() => interrupt.interrupt())
  const closed = () => interrupt.closed()
  const outputs = isTerminal
    ? delayedOutputs(isEndless ? streamOutput(process.stdout, closed) : undefined)
    : { stdout: directOutput(1, closed), stderr: openOutput(2, closed) }
  try {
    await run({ ...outputs, interrupt })
  } finally {
    unwatch()
    exitSoon()
  }
}

/** Whether a command prints until it is interrupted, and whether it handles keys itself. */
async function kindOf(tokens: string[]): Promise<{ isEndless: boolean; readsKeys: boolean }> {
  const { parse } = await import('../commands/cli/parse.ts')
  try {
    const { command, names, flags } = parse(tokens, commands)
    const isEndless = !flags.help && (command?.isEndless?.({ names, flags }) ?? false)
    return { isEndless, readsKeys: isEndless && command?.name === 'monitor' }
  } catch {
    // A usage error, which is printed when the command runs.
    return { isEndless: false, readsKeys: false }
  }
}

/**
 * Outputs to a terminal whose text appears when the program exits, in the order in which it was written.
 *
 * @param live where stdout goes instead, at once
 */
function delayedOutputs(live: Output | undefined): { stdout: Output; stderr: Output } {
  const written: [fd: 1 | 2, text: string][] = []
  process.once('exit', () => {
    for (const [fd, text] of written) writeAll(fd, text, () => {})
  })
  const delayed = (fd: 1 | 2): Output => ({
    write: (text) => void written.push([fd, text]),
    isTTY: isatty(fd),
    isDelayed: true,
    columns: process.stdout.columns || 80,
    rows: process.stdout.rows || 24,
  })
  return { stdout: live ?? delayed(1), stderr: delayed(2) }
}

/** Calls back when the host leaves raw mode. In raw mode Ctrl-C is a key and no signal, and this is how the host reacts to it. */
function whenRawModeEnds(ended: () => void): () => void {
  if (!isatty(0)) return () => {}
  const isRawNow = () => process.stdin.isRaw === true
  let wasRaw = isRawNow()
  const timer = setInterval(() => {
    const isRaw = isRawNow()
    if (wasRaw && !isRaw) ended()
    wasRaw = isRaw
  }, LOOK_EVERY).unref()
  return () => clearInterval(timer)
}
