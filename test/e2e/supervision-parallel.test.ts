import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { control, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { zombiesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'

let project: Project
afterEach(() => project.dispose())

const twenty = <T>(one: (i: number) => Promise<T>) => Promise.all(Array.from({ length: 20 }, (_, i) => one(i)))
/** As a command would send it; HOME marks what is started, for `running`. */
const environment = () => ({ PATH: process.env.PATH ?? '', HOME: project.path })

/** What is left of locks: the one that is held. */
const locks = () => readdirSync(project.file('.tuix')).filter((file) => file.startsWith('lock.'))

describe('twenty orders at once', () => {
  it.each(['node', 'bun'] as const)(
    'to restart a %s server that has a port and a health check: one copy',
    async (runtime) => {
      const web = child('web', 'web', {
        runtime,
        port: 'auto',
        healthCheck: { type: 'output', outputPattern: 'port ' },
      })
      project = tempProject({ config: [web] })
      expect((await project.ps('start', 'web')).code).toBe(0)
      const { port } = await project.state('web')
      const client = control(project)
      const outcomes = await twenty(() => client.restart({ names: ['web'], environment: environment() }))
      expect(outcomes.flat().map(({ ok, message }) => `${ok} ${message}`)).toEqual(Array(20).fill('true restarted'))
      const after = await client.status({ name: 'web' })
      expect(after).toMatchObject({ status: 'running', restarts: 0, port })
      expect(running(project.path, 'web')).toEqual([after.pid])
      expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(String(after.pid))
      expect(locks()).toHaveLength(1)
      expect(zombiesOf(project.supervisor()?.identity.pid ?? 0)).toEqual([])
    },
  )

  it('of every kind, the last of them a stop: none is left', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { watch: true, restartDelay: 0 })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const client = control(project)
    const names = ['web']
    const orders = [
      () => client.restart({ names, environment: environment() }),
      () => client.stop({ names }),
      () => client.start({ names, environment: environment() }),
      async () => project.write('changed.txt', String(Math.random())),
    ]
    const all = twenty(async (i) => orders[i % 4]?.())
    await client.stop({ names })
    await all
    await client.stop({ names })
    expect(await client.status({ name: 'web' })).toMatchObject({ status: 'stopped', wanted: 'down', pid: null })
    expect(running(project.path, 'sleeper')).toEqual([])
  })
})

describe('an order that comes while another is carried out', () => {
  it('a stop while a restart waits for its time: none comes', async () => {
    project = tempProject({ config: [child('web', 'crash', { restartDelay: 60_000, minUptime: 0 })] })
    await project.ps('start', 'web', '--no-wait')
    const waiting = await untilState(project, 'web', ({ status }) => status === 'restarting')
    expect(waiting.retryAt).toBeGreaterThan(Date.now() + 30_000)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(await project.state('web')).toMatchObject({ status: 'stopped', retryAt: null, run: waiting.run })
  })

  it('a start while it is being stopped: one comes', async () => {
    project = tempProject({ config: [child('web', 'farewell', { args: ['700'] })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { pid } = await project.state('web')
    const stop = project.ps('stop', 'web')
    await untilState(project, 'web', ({ status }) => status === 'stopping')
    expect((await project.ps('start', 'web')).code).toBe(0)
    await stop
    const again = await project.state('web')
    expect(again).toMatchObject({ status: 'running', wanted: 'up' })
    expect(again.pid).not.toBe(pid)
    expect(running(project.path, 'farewell')).toEqual([again.pid])
  })
})
