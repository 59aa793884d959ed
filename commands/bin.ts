#!/usr/bin/env node
import { processEnvironment } from './environment.ts'
import { runPs } from './index.ts'

const interrupt = new AbortController()
// Once: a second Ctrl-C ends a command that does not listen to the first.
process.once('SIGINT', () => {
  interrupt.abort()
  process.exitCode = 130
})
// `tuix-ps logs -f | head` closes the pipe: nobody reads any more, so there is nothing left to do and nothing to say.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  interrupt.abort()
})

const exitCode = await runPs(process.argv.slice(2), processEnvironment('tuix-ps', {}, interrupt.signal))
process.exitCode ??= exitCode
