#!/usr/bin/env node
import { processEnvironment } from './environment.ts'
import { runPs } from './index.ts'

/** ms that a command has to come to an end after Ctrl-C. */
const LAST_WORDS = 200

const interrupt = new AbortController()
// Once: a second Ctrl-C ends it at once.
process.once('SIGINT', () => {
  interrupt.abort()
  process.exitCode = 130
  // A command that waits for the supervisor has nothing to end: that goes on with what it was asked.
  setTimeout(() => process.exit(130), LAST_WORDS).unref()
})
// `tuix-ps logs -f | head` closes the pipe: nobody reads any more, so there is nothing left to do and nothing to say.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  interrupt.abort()
})

const exitCode = await runPs(process.argv.slice(2), processEnvironment('tuix-ps', {}, interrupt.signal))
process.exitCode ??= exitCode
