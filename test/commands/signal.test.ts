import { afterEach, beforeEach, expect, it } from 'vitest'
import { invoke } from '../helpers/invocation.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('signal')
})
afterEach(() => temp.remove())

it.each([
  ['', 'say what to signal and with what: signal web SIGHUP'],
  ['web', 'say which signal to send to web: signal web SIGHUP'],
  ['HUP', 'say what to send SIGHUP to: names, --group <name> or --all'],
  ['hup web api', 'the signal comes last: signal web api SIGHUP'],
  ['web SIGHPU', 'SIGHPU is no signal; did you mean `SIGHUP`?'],
  ['web usr3', 'usr3 is no signal; did you mean `SIGUSR1`?'],
  [
    'web RELOAD',
    'RELOAD is no signal; there is SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGSTOP, SIGCONT, SIGKILL and others that kill(1) knows by name',
  ],
  ['web HUP --all', 'give names, --group or --all, but only one of them'],
])('signal %s is refused: %s', async (line, sentence) => {
  const argv = ['signal', ...line.split(' ').filter(Boolean)]
  expect(await invoke(argv, { cwd: temp.path })).toEqual({ code: 2, stdout: '', stderr: `error: ${sentence}\n` })
})
