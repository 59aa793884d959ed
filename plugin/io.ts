import type { Io } from '../commands/shared/environment.ts'
import { streamOutput } from '../commands/shared/output.ts'
import { Interrupt } from '../commands/shared/signals.ts'

/** Runs a command that prints to the app's streams, which the app may have replaced. An app's own handler of Ctrl-C ends the app. */
export async function withStreams(run: (io: Io) => Promise<void>): Promise<void> {
  const interrupt = new Interrupt({ exits: process.listenerCount('SIGINT') === 0 })
  const closed = () => interrupt.closed()
  const { stdout, stderr } = process
  try {
    await run({ stdout: streamOutput(stdout, closed), stderr: streamOutput(stderr, closed), interrupt })
  } finally {
    interrupt.dispose()
  }
}
