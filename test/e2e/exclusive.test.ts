import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { child, daemons, running } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { runtimeUnderTest } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const twenty = <T>(one: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, one))
const other = runtimeUnderTest === 'bun' ? 'node' : 'bun'

/** An app that lists its processes, as JSON, on its first line. */
const LISTING = `
import { createProcessManager } from 'tuix/process-manager'
const manager = await createProcessManager({ tuixDir: '.tuix' })
console.log(JSON.stringify(await manager.list()))
await manager.close()
`

/** An app that starts a server and then lives until it is ended. */
const EMBEDDING = (web: object) => `
import { createProcessManager } from 'tuix/process-manager'
const manager = await createProcessManager({ tuixDir: '.tuix' })
await manager.start(${JSON.stringify(web)})
console.log('up')
`

describe('one supervisor', () => {
  it('comes of twenty simultaneous starts from cold, with one process', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    const starts = await twenty(() => project.ps('start', 'web'))
    expect(starts.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(starts.map(() => '0'))
    const { pid } = await project.state('web')
    expect(running(project.path, 'server')).toEqual([pid])
    await until(() => daemons(project.path).length === 1, { what: 'the daemons that came too late to be gone' })
    expect(daemons(project.path)).toEqual([project.supervisor()?.identity.pid])
  })

  it('serves commands and apps, on either runtime', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const { pid } = await project.state('web')
    for (const runtime of ['node', 'bun'] as const) {
      expect((await project.state('web', { runtime })).pid).toBe(pid)
      const listed: ProcessState[] = (await project.app(LISTING, { runtime }).finished).json()
      expect(listed.map((state) => state.pid)).toEqual([pid])
    }
    expect((await project.psWith({ runtime: other }, 'stop', 'web')).code).toBe(0)
    expect(alive(pid)).toBe(false)
  })

  it('is taken over by the other runtime after a SIGKILL', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const { pid } = await project.state('web')
    expect(project.supervisor()?.runtime).toBe(runtimeUnderTest)
    await project.killSupervisor()
    expect(await project.state('web', { runtime: other })).toMatchObject({ pid, adopted: true, status: 'running' })
    expect(project.supervisor()?.runtime).toBe(other)
  })

  it('is the app that came first: commands and other apps use it', async () => {
    project = tempProject()
    const app = project.app(EMBEDDING(child('web', 'server')))
    await until(() => app.stdout().includes('up'), { what: 'the app to be up' })
    expect(project.supervisor()).toMatchObject({ mode: 'embedded', identity: { pid: app.pid } })

    const { pid } = await project.state('web', { runtime: other })
    const listed: ProcessState[] = (await project.app(LISTING).finished).json()
    expect(listed.map((state) => state.pid)).toEqual([pid])
    expect(running(project.path, 'server')).toEqual([pid])

    app.kill('SIGINT')
    await app.finished
    expect(alive(pid)).toBe(false)
  })

  it('is found again by commands after its socket was deleted', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const { pid } = await project.state('web')
    const supervisor = project.supervisor()
    rmSync(supervisor?.socket ?? '')
    expect((await project.state('web')).pid).toBe(pid)
    expect(project.supervisor()?.identity).toEqual(supervisor?.identity)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(running(project.path, 'server')).toEqual([])
  })
})

describe('twenty parallel restarts', () => {
  it('leave one copy', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const restarts = await twenty(() => project.ps('restart', 'web'))
    expect(restarts.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(restarts.map(() => '0'))
    const web = await project.state('web')
    expect(web.status).toBe('running')
    expect(running(project.path, 'server')).toEqual([web.pid])
  })

  it('leave none when a stop has the last word', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const restarts = twenty(() => project.ps('restart', 'web'))
    await restarts
    await Promise.all([project.ps('stop', 'web'), project.ps('stop', 'web')])
    expect(running(project.path, 'server')).toEqual([])
    expect(await project.state('web')).toMatchObject({ status: 'stopped', pid: null })
  })
})
