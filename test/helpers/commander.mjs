// Runs the built command again and again, so that a runtime has to start but once. Reads one invocation a line from stdin,
// `{ argv, cwd, env, mark }`. What the command prints goes where it prints it; then `mark` comes on both streams, on stdout
// with the exit code after it.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

// A path: Bun takes no notice of what is behind the `?` of a URL.
const command = fileURLToPath(new URL('../../dist/tuix-ps.js', import.meta.url))
const home = process.cwd()
let invocations = 0

// A command that has left something undone ends its process a moment later: by then this one runs another command.
process.exit = () => {}

async function invoke({ argv, cwd, env, mark }) {
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...argv)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  process.exitCode = 0
  // As another module every time, it runs every time; what it imports is there already.
  await import(`${command}?${++invocations}`)
  process.removeAllListeners('SIGINT')
  process.chdir(home)
  say(2, mark)
  say(1, `${mark}${process.exitCode}\n`)
  process.exitCode = 0
}

/** The pipe may be full, and not wait. */
function say(fd, text) {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) await invoke(JSON.parse(line))
