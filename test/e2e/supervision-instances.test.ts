import { afterEach, describe, expect, it } from 'vitest'
import { control, eventsOf } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const READY = { type: 'output', outputPattern: 'up ' } as const
const web = (config: object = {}) => child('web', 'farewell', { instances: 3, healthCheck: READY, ...config })

const names = async () => (await control(project).list({})).map(({ name }) => name).sort()
const pids = async () => (await control(project).list({})).map(({ pid }) => pid)

describe('instances', () => {
  it('know their numbers, write logs of their own, and are meant together by the name that was declared', async () => {
    project = tempProject({ config: [{ ...child('web', 'env', { args: ['TUIX_INSTANCE'] }), instances: 2 }] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect(await names()).toEqual(['web-1', 'web-2'])
    for (const number of ['1', '2']) {
      await until(() => project.read(`.tuix/logs/web-${number}.out.log`) === `{"TUIX_INSTANCE":"${number}"}\n`, {
        what: `the number of web-${number}`,
      })
    }
    expect((await project.ps('stop', 'web-2')).code).toBe(0)
    expect(running(project.path, 'env')).toEqual([(await project.state('web-1')).pid])
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(running(project.path, 'env')).toEqual([])
  })

  it('become more and fewer, without a restart of those that stay', async () => {
    project = tempProject({ config: [web({ instances: 2 })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const first = await pids()
    expect((await project.ps('scale', 'web=4')).code).toBe(0)
    expect(await names()).toEqual(['web-1', 'web-2', 'web-3', 'web-4'])
    expect((await pids()).slice(0, 2)).toEqual(first)
    expect((await project.ps('scale', 'web=1')).code).toBe(0)
    expect(await pids()).toEqual(first.slice(0, 1))
    expect(running(project.path, 'farewell')).toEqual(first.slice(0, 1))
  })
})

describe('a number of instances that has changed in the config', () => {
  const declare = (instances: number) => project.write('processes.json', [web({ instances })])

  it('leaves nothing beside what is declared, whichever way it is taken over', async () => {
    project = tempProject({ config: [web({ instances: 1 })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    declare(2)
    const start = await project.ps('start', 'web')
    expect(start.code).toBe(0)
    expect(start.stdout).toContain('web: removed: no longer declared')
    expect(await names()).toEqual(['web-1', 'web-2'])
    expect(running(project.path, 'farewell').sort()).toEqual((await pids()).sort())

    declare(3)
    expect((await project.ps('reload', 'web')).code).toBe(0)
    declare(2)
    const [first] = await pids()
    expect((await project.ps('start', '--all')).code).toBe(0)
    expect(await names()).toEqual(['web-1', 'web-2'])
    expect((await pids())[0]).toBe(first)

    declare(1)
    expect((await project.ps('restart', 'web')).code).toBe(0)
    expect(await names()).toEqual(['web'])
    declare(2)
    expect((await project.ps('apply')).code).toBe(0)
    expect(await names()).toEqual(['web-1', 'web-2'])
    expect(running(project.path, 'farewell').sort()).toEqual((await pids()).sort())
  })

  it('is not taken over by a start of something else', async () => {
    project = tempProject({ config: [web({ instances: 1 }), child('other', 'sleeper')] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    project.write('processes.json', [web({ instances: 2 }), child('other', 'sleeper')])
    expect((await project.ps('start', 'other')).code).toBe(0)
    expect((await project.state('web')).status).toBe('running')
  })
})

describe('a reload', () => {
  it('replaces one after the other: the next goes only when the one before is ready', async () => {
    project = tempProject({ config: [web()] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const before = await pids()
    expect((await project.ps('reload', 'web')).code).toBe(0)
    const after = await pids()
    expect(after.some((pid) => before.includes(pid))).toBe(false)
    expect(running(project.path, 'farewell').sort()).toEqual(after.sort())
    const told = eventsOf(project).filter(({ type, run }) => type === 'restart' || (type === 'ready' && run === 2))
    expect(told.map(({ type, name }) => `${type} ${name}`)).toEqual(
      ['web-1', 'web-2', 'web-3'].flatMap((name) => [`restart ${name}`, `ready ${name}`]),
    )
  })

  it('stops at the first that does not come up, and leaves the others as they are', async () => {
    project = tempProject({ config: [web()] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const [, ...others] = await pids()
    project.write('processes.json', [
      web({ healthCheck: { type: 'output', outputPattern: 'never said' }, startTimeout: 500, maxRestarts: 0 }),
    ])
    const reload = await project.ps('reload', 'web')
    expect(reload.code).toBe(1)
    expect(reload.stderr).toMatch(/web-1: .*not healthy within 500 ms/)
    expect(running(project.path, 'farewell').sort()).toEqual(others.sort())
    expect((await project.state('web-2')).run).toBe(1)
  })

  it('starts what does not run once, also if another one depends on it', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { dependsOn: ['db'] }), child('db', 'sleeper')] })
    const reload = await project.ps('reload', '--all')
    const { pid, run } = await project.state('db')
    expect({ code: reload.code, run }).toEqual({ code: 0, run: 1 })
    expect(reload.stdout).toContain(`db: started (pid ${pid})\n`)
  })
})
