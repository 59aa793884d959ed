import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { executable } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** When a `farewell` child said something, epoch ms. */
function saidAt(name: string, what: 'up' | 'asked' | 'gone'): number {
  const at = new RegExp(`^${what} (\\d+)$`, 'm').exec(project.read(`.tuix/logs/${name}.out.log`))?.[1]
  if (!at) throw new Error(`${name} never said ${what}`)
  return Number(at)
}

/** Epoch ms of the first event of a kind. */
function at(name: string, type: string): number {
  const event = eventsOf(project, name).find((event) => event.type === type)
  if (!event) throw new Error(`${name} had no ${type}`)
  return event.time
}

const says = (pattern: string) => ({ healthCheck: { type: 'output', outputPattern: pattern } }) as const

describe('dependencies', () => {
  it('start in order, and end only after all that need them are gone', async () => {
    const slow = { args: ['400'], ...says('up') }
    project = tempProject({
      config: [
        child('web', 'farewell', { ...slow, dependsOn: ['api', 'cache'] }),
        child('api', 'farewell', { ...slow, dependsOn: { db: 'healthy' } }),
        child('cache', 'farewell', { ...slow, dependsOn: ['db'] }),
        child('db', 'farewell', slow),
      ],
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    for (const [later, earlier] of [
      ['web', 'api'],
      ['web', 'cache'],
      ['api', 'db'],
      ['cache', 'db'],
    ] as const) {
      expect(at(later, 'start')).toBeGreaterThanOrEqual(at(earlier, 'ready'))
    }

    expect((await project.ps('stop', '--all')).code).toBe(0)
    expect(running(project.path, 'farewell')).toEqual([])
    expect(saidAt('api', 'asked')).toBeGreaterThanOrEqual(saidAt('web', 'gone'))
    expect(saidAt('cache', 'asked')).toBeGreaterThanOrEqual(saidAt('web', 'gone'))
    expect(saidAt('db', 'asked')).toBeGreaterThanOrEqual(Math.max(saidAt('api', 'gone'), saidAt('cache', 'gone')))
    // Neither needs the other: they end at the same time.
    expect(saidAt('cache', 'asked')).toBeLessThan(saidAt('api', 'gone'))
  })

  it('are all gone before the dependency is signalled even where a dependent must be killed', async () => {
    project = tempProject({
      config: [
        child('web', 'stubborn', { dependsOn: ['db'], stopTimeout: 300, ...says('stubborn') }),
        child('db', 'farewell', says('up')),
      ],
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await project.ps('stop', '--all')).code).toBe(0)
    expect(saidAt('db', 'asked')).toBeGreaterThanOrEqual(at('web', 'stop'))
    expect(running(project.path, 'stubborn')).toEqual([])
  })

  it('that have to complete are run before', async () => {
    project = tempProject({
      config: [
        child('web', 'sleeper', { dependsOn: { migrate: 'completed' } }),
        { name: 'migrate', command: 'sh', args: ['-c', 'sleep 0.3; echo migrated'], autorestart: false },
      ],
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect(project.read('.tuix/logs/migrate.out.log')).toBe('migrated\n')
    expect(at('web', 'start')).toBeGreaterThanOrEqual(at('migrate', 'exit'))
    expect(await project.state('migrate')).toMatchObject({ status: 'stopped', reason: 'completed' })
  })

  it('that fail keep what needs them from starting, which is told why', async () => {
    project = tempProject({
      config: [
        child('web', 'sleeper', { dependsOn: ['db'] }),
        child('db', 'crash', { args: ['3'], autorestart: false, minUptime: 20_000 }),
      ],
    })
    const start = await project.ps('start', 'web')
    expect(start.code).toBe(1)
    expect(start.stderr).toMatch(/web: db failed: exited with 3 .*before it was ready/)
    expect(running(project.path, 'sleeper')).toEqual([])
    expect(await project.state('web')).toMatchObject({ status: 'error', pid: null })
  })

  it('that go in a circle are refused by name, and what runs is left alone', async () => {
    const web = child('web', 'sleeper')
    project = tempProject({ config: [web] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { pid } = await project.state('web')
    project.write('processes.json', [
      { ...web, dependsOn: ['api'] },
      child('api', 'sleeper', { dependsOn: ['db'] }),
      child('db', 'sleeper', { dependsOn: ['web'] }),
    ])
    const start = await project.ps('restart', '--all')
    expect(start.code).toBe(2)
    expect(start.stderr).toMatch(/dependency cycle: `(\w+)` → `\w+` → `\w+` → `\1`/)
    expect((await project.state('web')).pid).toBe(pid)
    expect(running(project.path, 'sleeper')).toEqual([pid])
  })
})

describe('a dependency that never becomes ready', () => {
  const config = [child('web', 'sleeper', { dependsOn: ['db'] }), child('db', 'sleeper', says('never said'))]

  it('is named by the status of who waits for it, and a stop ends the wait with no copy', async () => {
    project = tempProject({ config })
    await project.ps('start', 'web', '--no-wait')
    const waiting = await untilState(project, 'web', ({ status }) => status === 'starting')
    expect(waiting).toMatchObject({ pid: null, reason: 'waiting for db' })
    const [db] = running(project.path, 'sleeper')
    expect(await control(project).status({ name: 'db' })).toMatchObject({
      status: 'starting',
      pid: db,
      health: 'starting',
    })

    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(await project.state('web')).toMatchObject({ status: 'stopped', wanted: 'down', pid: null })
    expect(running(project.path, 'sleeper')).toEqual([db])
    expect((await project.ps('stop', 'db')).code).toBe(0)
    expect(running(project.path, 'sleeper')).toEqual([])
  })

  it('leaves none running when it is stopped while others wait for their start', async () => {
    project = tempProject({ config })
    const starts = Array.from({ length: 5 }, () => project.ps('start', 'web'))
    await untilState(project, 'web', ({ reason }) => reason === 'waiting for db')
    let waiting = starts.length
    for (const start of starts) void start.finally(() => waiting--)
    // One that was slow to ask asks after the stop.
    await until(async () => (await project.ps('stop', '--all')).code === 0 && waiting === 0)
    expect((await Promise.all(starts)).map(({ code }) => code)).toEqual([1, 1, 1, 1, 1])
    expect(running(project.path, 'sleeper')).toEqual([])
    expect((await control(project).list({})).map(({ status }) => status)).toEqual(['stopped', 'stopped'])
  })

  it('fails its dependent when its time is over', async () => {
    project = tempProject({
      config: config.map((process) => ({ ...process, startTimeout: 500, maxRestarts: 0 })),
    })
    const start = await project.ps('start', 'web')
    expect(start.code).toBe(1)
    expect(start.stderr).toContain('not healthy within 500 ms')
    expect(await project.state('web')).toMatchObject({ status: 'error', pid: null })
    expect(running(project.path, 'sleeper')).toEqual([])
  })
})

describe('a dependency that fails at first', () => {
  /** Fails until the file `there` exists. */
  const flaky = (config: Partial<ProcessConfig> = {}): ProcessConfig => ({
    name: 'db',
    command: 'sh',
    args: ['-c', 'test -e there || { touch there; exit 1; }; echo up; exec sleep 1000'],
    restartDelay: 100,
    ...says('up'),
    ...config,
  })

  it.each([[[]], [['--no-wait']]])('starts what waits for it when it is up: %j', async (flags) => {
    project = tempProject({ config: [flaky(), child('web', 'sleeper', { dependsOn: ['db'] })] })
    const { code, stderr } = await project.ps('start', 'web', ...flags)
    expect([code, stderr]).toEqual([0, ''])
    await untilState(project, 'web', ({ status }) => status === 'running')
    expect(await project.state('db')).toMatchObject({ status: 'running', restarts: 1 })
  })

  it('is waited for after the command has given up', async () => {
    const config = flaky({ startTimeout: 300, restartDelay: 1500 })
    project = tempProject({ config: [config, child('web', 'sleeper', { dependsOn: ['db'] })] })
    const { code, stderr } = await project.ps('start', 'web')
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/db: exited with 1 .*before it was ready/)
    expect(stderr).toContain('web: not up in time: waiting for db; the start goes on')
    await untilState(project, 'web', ({ status }) => status === 'running')
  })

  it('fails what waits for it when it is given up, or stopped', async () => {
    const never = flaky({ args: ['-c', 'exit 1'], maxRestarts: 2 })
    project = tempProject({ config: [never, child('web', 'sleeper', { dependsOn: ['db'] })] })
    const { code, stderr } = await project.ps('start', 'web')
    expect(code).toBe(1)
    expect(stderr).toContain('web: db failed: gave up after 2 restarts: exited with 1')

    project.write('processes.json', [
      { ...never, restartDelay: 60_000 },
      child('web', 'sleeper', { dependsOn: ['db'] }),
    ])
    const start = project.startPs({}, 'start', 'web')
    await untilState(project, 'db', ({ status }) => status === 'restarting')
    expect((await project.ps('stop', 'db')).code).toBe(0)
    expect((await start.finished).stderr).toContain('web: db failed: ')
    expect(await project.state('web')).toMatchObject({ status: 'error' })
  })
})

it('a dependency that is repaired brings back what had failed because of it', async () => {
  const db = { name: 'db', command: 'sh', args: ['db.sh'], ...says('up'), watch: true, maxRestarts: 0 }
  project = tempProject({
    config: [db, child('web', 'sleeper', { dependsOn: ['db'] }), child('last', 'sleeper', { dependsOn: ['web'] })],
    files: { 'db.sh': 'exit 1' },
  })
  expect((await project.ps('start', 'last')).code).toBe(1)
  for (const name of ['db', 'web', 'last']) await untilState(project, name, ({ status }) => status === 'error')
  project.write('db.sh', 'echo up; exec sleep 1000')
  for (const name of ['db', 'web', 'last']) await untilState(project, name, ({ status }) => status === 'running')
})

describe('a job that has to complete', () => {
  const job = (script: string, config: Partial<ProcessConfig> = {}): ProcessConfig[] => [
    { name: 'job', command: 'sh', args: ['-c', script], ...config },
    child('web', 'sleeper', { dependsOn: { job: 'completed' } }),
  ]

  it.each([
    ['is not repeated when it did its work', job('sleep 0.6; echo done'), 'stopped'],
    ['however fast it was', job('echo done'), 'stopped'],
    ['or with one of its stopExitCodes', job('sleep 0.6; exit 3', { stopExitCodes: [3] }), 'stopped'],
    [
      'is waited for once where it is repeated',
      job('sleep 0.6', { autorestart: true, restartDelay: 60_000 }),
      'restarting',
    ],
    ['or ends at once', job('true', { autorestart: true, restartDelay: 60_000 }), 'restarting'],
  ])('%s', async (_, config, status) => {
    project = tempProject({ config })
    const { code, stderr } = await project.ps('start', 'web')
    expect([code, stderr]).toEqual([0, ''])
    expect(await project.state('web')).toMatchObject({ status: 'running' })
    expect(await project.state('job')).toMatchObject({ status, run: 1 })
  })

  it('is tried again when it fails, however long it lasted', async () => {
    const script = 'sleep 0.5; test -e there || { touch there; exit 1; }'
    project = tempProject({ config: job(script, { restartDelay: 100 }) })
    expect((await project.ps('start', '--all', '--no-wait')).code).toBe(0)
    await untilState(project, 'web', ({ status }) => status === 'running')
    expect(await project.state('job')).toMatchObject({ status: 'stopped', run: 2 })
  })
})

it('a dependency starts with as many instances as its config says now', async () => {
  const web = child('web', 'sleeper', { dependsOn: ['db'] })
  const names = async () => (await control(project).list({})).map(({ name, status }) => `${name} ${status}`)
  project = tempProject({ config: [child('db', 'sleeper'), web] })
  expect((await project.ps('start', 'web')).code).toBe(0)
  expect((await project.ps('stop', '--all')).code).toBe(0)
  project.write('processes.json', [child('db', 'sleeper', { instances: 2 }), web])
  expect((await project.ps('start', 'web')).code).toBe(0)
  expect((await names()).sort()).toEqual(['db-1 running', 'db-2 running', 'web running'])
  project.write('processes.json', [child('db', 'sleeper'), web])
  expect((await project.ps('apply')).code).toBe(0)
  expect((await names()).sort()).toEqual(['db running', 'web running'])
})

it('a process that fails while the command waits for others fails the command', async () => {
  project = tempProject({
    config: [
      { name: 'early', command: 'sh', args: ['-c', 'sleep 0.6; exit 7'], restartDelay: 60_000 },
      { name: 'late', command: 'sh', args: ['-c', 'sleep 1.5; echo up; exec sleep 1000'], ...says('up') },
    ],
  })
  const { code, stderr } = await project.ps('start', '--all')
  expect(code).toBe(1)
  expect(stderr).toMatch(/early: exited with 7 after \S+ \S+, soon after it was ready/)
  expect(stderr).not.toContain('late')
})

it('a program that ends while it loads was never up', async () => {
  const script = 'const end = Date.now() + 700; while (Date.now() < end); throw new Error("bad deploy")'
  project = tempProject({
    config: [{ name: 'web', command: executable(), args: ['-e', script], restartDelay: 60_000 }],
  })
  const { code, stderr } = await project.ps('start', 'web')
  expect(code).toBe(1)
  expect(stderr).toMatch(/web: exited with 1 .*before it was ready/)
  expect(stderr).toContain('bad deploy')
})
