import { afterEach, beforeEach, expect, it } from 'vitest'
import { invoke } from '../helpers/invocation.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'

let temp: TempFolder
beforeEach(() => {
  temp = tempFolder('signal')
})
afterEach(() => temp.remove())

it.each([
  ['', 'missing process and signal, such as: signal web SIGHUP'],
  ['web', 'missing signal after web, such as: signal web SIGHUP'],
  ['HUP', 'name the processes to send SIGHUP to, or use --group <name> or --all'],
  ['hup web api', 'the signal comes last: signal web api SIGHUP'],
  ['web SIGHPU', 'SIGHPU is not a signal; did you mean `SIGHUP`?'],
  ['web usr3', 'usr3 is not a signal; did you mean `SIGUSR1`?'],
  [
    'web RELOAD',
    'RELOAD is not a signal; available: SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGSTOP, SIGCONT, SIGKILL, and the others that kill -l lists',
  ],
  ['web HUP --all', 'give only one of names, --group and --all'],
])('signal %s is refused: %s', async (line, sentence) => {
  const argv = ['signal', ...line.split(' ').filter(Boolean)]
  expect(await invoke(argv, { cwd: temp.path })).toEqual({ code: 2, stdout: '', stderr: `error: ${sentence}\n` })
})
