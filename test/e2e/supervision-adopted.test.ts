import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessConfig } from '../../src/model/config/config.ts'
import type { ProcessDetail } from '../../src/model/views/state.ts'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** Starts a process, ends its supervisor by SIGKILL, and lets the next one adopt it. */
async function adopted(config: ProcessConfig, between = () => {}): Promise<ProcessDetail> {
  project = tempProject({ config: [config] })
  expect((await project.ps('start', config.name)).code).toBe(0)
  const { pid } = await project.state(config.name)
  await project.killSupervisor()
  between()
  const state = await project.state(config.name)
  expect(state).toMatchObject({ pid, adopted: true, status: 'running', run: 1 })
  return control(project).status({ name: config.name })
}

const reasonOf = (type: string) => eventsOf(project, 'web').find((event) => event.type === type)?.message

describe('an adopted process', () => {
  it('keeps its health, is checked, and is restarted when it becomes unhealthy', async () => {
    const healthCheck = { type: 'exec', command: 'test ! -e broken', interval: 100, retries: 2 } as const
    const before = await adopted(child('web', 'sleeper', { healthCheck, restartDelay: 0 }))
    expect(before.health).toBe('healthy')
    project.write('broken', '')
    await untilState(project, 'web', ({ run }) => run > 1)
    expect(reasonOf('crash')).toMatch(/^unhealthy: exited with 1/)
    expect(running(project.path, 'sleeper').filter((pid) => pid === before.pid)).toEqual([])
  })

  it('keeps the health that was seen once in its output', async () => {
    const healthCheck = { type: 'output', outputPattern: 'sleeper', interval: 400, retries: 8 } as const
    await adopted(child('web', 'sleeper', { healthCheck }))
    const later = await untilState(project, 'web', ({ uptime }) => uptime > 4)
    expect(later).toMatchObject({ health: 'healthy', restarts: 0, run: 1 })
  })

  it('is restarted when a watched file changes', async () => {
    const before = await adopted(child('web', 'sleeper', { watch: true, watchDebounce: 100, watchPaths: ['*.ts'] }))
    expect(before.watch).toBe(true)
    project.write('server.ts', 'changed')
    const after = await untilState(project, 'web', ({ run, status }) => run === 2 && status === 'running')
    expect(reasonOf('restart')).toBe('restarting: server.ts changed')
    expect(running(project.path, 'sleeper')).toEqual([after.pid])
  })

  it('is not restarted for what changed while nobody watched, but for the next change', async () => {
    const web = child('web', 'sleeper', { watch: true, watchDebounce: 100, watchPaths: ['*.ts'] })
    await adopted(web, () => void project.write('server.ts', 'changed'))
    project.write('other.ts', 'changed')
    await untilState(project, 'web', ({ run, status }) => run === 2 && status === 'running')
    expect(reasonOf('restart')).toBe('restarting: other.ts changed')
  })

  it('is restarted when it is over its limit', async () => {
    await adopted(child('web', 'leaker', { args: ['100'], maxMemory: 20, restartDelay: 0 }))
    await untilState(project, 'web', ({ run }) => run > 1)
    expect(reasonOf('crash')).toMatch(/^memory \d+ MB over the limit of 20 MB/)
    expect(running(project.path, 'leaker').length).toBeLessThanOrEqual(1)
  })

  it('runs its hooks, and keeps its port and its dependents', async () => {
    project = tempProject({
      config: [
        child('db', 'server', { port: 'auto', hooks: { onStop: 'echo stopped > stopped' } }),
        child('web', 'farewell', { dependsOn: ['db'], args: ['300'] }),
      ],
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { port } = await project.state('db')
    await project.killSupervisor()
    expect(await project.state('db')).toMatchObject({ port, adopted: true })
    expect((await project.ps('stop', '--all')).code).toBe(0)
    const stops = eventsOf(project).flatMap(({ type, name }) => (type === 'stop' ? [name] : []))
    expect(stops).toEqual(['web', 'db'])
    await until(() => project.read('stopped') === 'stopped\n', { what: 'the hook' })
  })

  it('that was starting goes on starting, and is late when it is', async () => {
    const healthCheck = { type: 'output', outputPattern: 'never said' } as const
    project = tempProject({ config: [child('web', 'sleeper', { healthCheck, startTimeout: 2000, maxRestarts: 0 })] })
    await project.ps('start', 'web', '--no-wait')
    await project.killSupervisor()
    expect(await project.state('web')).toMatchObject({ status: 'starting', adopted: true })
    const end = await untilState(project, 'web', ({ status }) => status === 'error')
    expect(end.reason).toContain('not healthy within 2 s')
    expect(running(project.path, 'sleeper')).toEqual([])
  })
})

describe('the inherited environment', () => {
  const said = () => project.read('.tuix/logs/web.out.log').trim().split('\n')
  const names = ['DB_URL', 'NODE_ENV', 'PORT']

  it('of a process that lives is kept when its supervisor is killed', async () => {
    const config = { port: 'auto', env: { NODE_ENV: 'own' }, restartDelay: 0 } as const
    project = tempProject({ config: [child('web', 'env', { args: names, ...config })] })
    const env = { DB_URL: 'pg://ünï', NODE_ENV: 'inherited' }
    expect((await project.psWith({ env }, 'start', 'web')).code).toBe(0)
    await project.killSupervisor()
    process.kill((await project.state('web')).pid ?? 0, 'SIGKILL')
    const state = await untilState(project, 'web', ({ run, status }) => run === 2 && status === 'running')
    await until(() => said().length === 2, { what: 'the second line' })
    const expected = { DB_URL: 'pg://ünï', NODE_ENV: 'own', PORT: String(state.port) }
    expect(said().map((line) => JSON.parse(line))).toEqual([expected, expected])
    expect(state.environment).toBe('start')
    expect(eventsOf(project, 'web').filter(({ type }) => type === 'warning')).toEqual([])
  })

  it('of one that was dead by then is lost, and a warning tells', async () => {
    project = tempProject({ config: [child('web', 'env', { args: names, restartDelay: 3000 })] })
    expect((await project.psWith({ env: { DB_URL: 'pg://x' } }, 'start', 'web')).code).toBe(0)
    process.kill((await project.state('web')).pid ?? 0, 'SIGKILL')
    await untilState(project, 'web', ({ status }) => status === 'restarting')
    await project.killSupervisor()
    await project.state('web')
    const state = await untilState(project, 'web', ({ run, status }) => run === 2 && status === 'running')
    expect(state.environment).toBe('supervisor')
    expect(reasonOf('warning')).toContain('inherits the environment of the supervisor')
  })
})
