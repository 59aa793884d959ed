#!/usr/bin/env node
import { processEnvironment } from './environment.ts'
import { runPs } from './index.ts'
import { openOutput } from './output.ts'
import { onSignal } from './signals.ts'

/** ms that a command has to come to an end after Ctrl-C. */
const LAST_WORDS = 200

const interrupt = new AbortController()
const interrupted = () => {
  interrupt.abort()
  process.exitCode = 130
  // A command that waits for the supervisor has nothing to end: that goes on with what it was asked.
  setTimeout(() => process.exit(130), LAST_WORDS).unref()
}
// Once: a second Ctrl-C ends it at once.
process.once('SIGINT', interrupted)
const closed = () => interrupt.abort()
const door: Parameters<typeof processEnvironment>[2] = {
  stdout: openOutput(1, closed),
  stderr: openOutput(2, closed),
  signal: interrupt.signal,
  onSignal(signal, listener) {
    if (signal === 'SIGINT') process.off('SIGINT', interrupted)
    return onSignal(signal, listener)
  },
}
const exitCode = await runPs(process.argv.slice(2), processEnvironment('tuix-ps', {}, door))
process.exitCode ||= exitCode
