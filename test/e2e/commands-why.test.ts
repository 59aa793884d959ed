import { afterEach, beforeEach, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

const FAIL = 'console.error("Error: no database"); setTimeout(() => process.exit(7), 50)'
const PROCESSES = [
  child('web', 'sleeper', { watch: true, watchPaths: ['src'] }),
  { name: 'bad', command: process.execPath, args: ['-e', FAIL], restartDelay: 20, maxRestarts: 2, minUptime: 1 },
  { name: 'quick', command: "sh -c 'echo boom >&2; exit 3'", restartDelay: 20, maxRestarts: 2 },
]

let project: Project
beforeEach(() => {
  project = tempProject({ config: { processes: PROCESSES }, files: { 'src/a.ts': '1' } })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

it('why explains a state, with the last error of a failure, even without a supervisor', async () => {
  await ps('start', '--all')
  const { pid } = await project.state('web')
  project.write('src/a.ts', '2')
  await until(async () => ![pid, null].includes((await project.state('web')).pid), { what: 'the restart' })
  const web = await ps('why', 'web')
  expect(web).toMatchObject({ code: 0, stderr: '' })
  expect(web.stdout).toMatch(
    /^web is .*\n {2}\d\d:\d\d:\d\d {2}restarted because src\/a\.ts changed\n.*before that: started\n$/,
  )

  await ps('wait', 'bad', '--for', 'stopped', '--timeout', '1ms')
  await until(async () => (await project.state('bad')).status === 'error', { what: 'the end of all tries' })
  await ps('stop', 'web')
  await project.killSupervisor()
  const bad = await ps('why', 'bad', '--json')
  expect(bad.json()).toMatchObject({
    name: 'bad',
    status: 'error',
    causes: [
      { kind: 'error', message: 'gave up after 2 restarts' },
      { kind: 'crash', times: 3, lastError: 'Error: no database' },
      { kind: 'start' },
    ],
  })
  expect(await ps('why', 'nobody')).toMatchObject({ code: 4, stdout: '' })
})

it('the first output of a run comes after its start in the log, and is reported if it fails', async () => {
  await ps('start', 'quick')
  await until(async () => (await project.state('quick')).status === 'error', { what: 'the end of all tries' })
  const reasons = (await ps('why', 'quick', '--json')).json().causes
  expect(reasons[1]).toMatchObject({ kind: 'crash', times: 3, lastError: 'boom' })
  const log = (await ps('logs', 'quick', '--json', '-n', '100')).stdout.trimEnd().split('\n')
  const words = log.map((line) => JSON.parse(line).message.split(' ')[0])
  const told = words.filter((word) => ['started', 'boom', 'exited'].includes(word))
  expect(told).toEqual(Array(3).fill(['started', 'boom', 'exited']).flat())
})

it.each([
  ['a declared name', 'many', ['many-2', 'many-3']],
  ['a glob', 'm*', ['many-2', 'many-3', 'more']],
])('events -f of %s takes in what matches later', async (_, word, expected) => {
  project.write('processes.json', [child('many', 'sleeper', { instances: 2 })])
  await ps('start', 'many-1')
  const following = project.startPs({}, 'events', word, '-f', '--json', '--type', 'start')
  await until(() => following.stdout().includes('"many-1"'), { what: 'the event of before' })
  await ps('scale', 'many=3')
  await ps('run', 'more', '--', 'sleep', '1000')
  await ps('run', 'other', '--', 'sleep', '1000')
  await ps('restart', 'many-1')
  const names = () =>
    following
      .stdout()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).name as string)
  await until(() => names().filter((name) => name === 'many-1').length === 2, { what: 'the last event' })
  following.kill('SIGINT')
  expect((await following.finished).code).toBe(130)
  expect(
    names()
      .filter((name) => name !== 'many-1')
      .sort(),
  ).toEqual(expected)
})

it('events shows past events and then each new one once, whichever supervisor runs', async () => {
  await ps('start', 'web')
  const following = project.startPs({}, 'events', 'web', '-f', '-n', '1', '--json', '--type', 'start,ready,stop,adopt')
  await until(() => following.stdout().includes('"ready"'), { what: 'the event of before' })
  await project.killSupervisor()
  expect((await ps('stop', 'web')).code).toBe(0)
  await until(() => following.stdout().includes('"stop"'), { what: 'the event of the next supervisor' })
  following.kill('SIGINT')
  const { code, stdout } = await following.finished
  expect(code).toBe(130)
  const types = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type)
  expect(types).toEqual(['ready', 'adopt', 'stop'])

  expect((await ps('events', '-n', '1')).stdout).toMatch(/^\d{4}-\S+ \S+ {2}web {9}stop {5}stopped\n$/)
  expect((await ps('events', '--type', 'crash')).stderr).toBe('no matching events\n')
  expect((await ps('events', '--type', 'crahs')).stderr).toContain('did you mean `crash`?')
})
