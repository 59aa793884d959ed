// respawn.mjs FOLDER COMMAND ARG…: the least that supervising can be. Starts the command with its log file, and again
// whenever it has ended, until SIGTERM.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

const [folder, command, ...args] = process.argv.slice(2)
let child

function start() {
  const log = openSync(`${folder}/respawn.log`, 'a', 0o600)
  child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.once('exit', start)
}

process.on('SIGTERM', () => {
  child.removeListener('exit', start)
  child.kill('SIGKILL')
  process.exit(0)
})
start()
