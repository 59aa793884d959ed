import { afterEach, describe, expect, it } from 'vitest'
import { control, eventsOf, untilState } from '../helpers/asking.ts'
import { child, running } from '../helpers/children.ts'
import { read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** Something that nobody supervises and that listens on a port: the given one, or any. */
async function occupier(port = 0): Promise<{ process: Running; port: number }> {
  const code = `require('node:net').createServer().listen(${port}, '127.0.0.1', function () { console.log(this.address().port) })`
  const process = project.run(['-e', code])
  const said = await until(() => /^\d+$/m.exec(process.stdout() + process.stderr())?.[0], {
    what: 'a port to be taken',
  })
  return { process, port: Number(said) }
}

describe('a port that somebody else has', () => {
  it('fails a start at once, naming who has it, and starts nothing', async () => {
    project = tempProject()
    const { process, port } = await occupier()
    project.write('processes.json', [child('web', 'server', { port })])
    const start = await project.ps('start', 'web')
    expect(start.code).toBe(1)
    expect(start.stderr).toContain(
      `port ${port} is held by pid ${process.pid} (${read(`/proc/${process.pid}/comm`).trim()})`,
    )
    expect(running(project.path, 'server')).toEqual([])
    const web = await control(project).status({ name: 'web' })
    expect(web).toMatchObject({ status: 'error', pid: null, restarts: 0, lastExit: { code: null, lasted: 0 } })
    expect(web.reason).toContain(`port ${port} is held by pid ${process.pid}`)

    process.kill('SIGKILL')
    await process.finished
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(String((await project.state('web')).pid))
  })

  it('is waited for by a restart, and the process comes up when it is free', async () => {
    project = tempProject()
    const first = await occupier()
    first.process.kill('SIGKILL')
    await first.process.finished
    const { port } = first
    project.write('processes.json', [child('web', 'server', { port, restartDelay: 1500 })])
    expect((await project.ps('start', 'web')).code).toBe(0)
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {})
    await untilState(project, 'web', ({ status }) => status === 'restarting')
    const thief = await occupier(port)
    const waiting = await untilState(project, 'web', ({ status, reason }) => status === 'starting' && reason !== '')
    expect(waiting.reason).toContain(`waiting for port ${port}, held by pid ${thief.process.pid}`)
    expect(waiting.pid).toBe(null)
    expect(running(project.path, 'server')).toEqual([])

    thief.process.kill('SIGKILL')
    await thief.process.finished
    const again = await untilState(project, 'web', ({ status }) => status === 'running')
    expect(again).toMatchObject({ restarts: 1, reason: '', pid: running(project.path, 'server')[0] })
  })

  it('is not taken for the health of a process that cannot have it', async () => {
    project = tempProject()
    const { process, port } = await occupier()
    const healthCheck = { type: 'tcp', host: '127.0.0.1', port, interval: 50, retries: 3 } as const
    project.write('processes.json', [child('web', 'sleeper', { healthCheck, maxRestarts: 0 })])
    expect((await project.ps('start', 'web')).code).toBe(1)
    const [finding] = (await control(project).status({ name: 'web' })).reason.match(/port \d+ is held by pid \d+/) ?? []
    expect(finding).toBe(`port ${port} is held by pid ${process.pid}`)
  })
})

describe("port: 'auto'", () => {
  it('gives each process a free one that it keeps', async () => {
    project = tempProject({
      config: ['one', 'two'].map((name) => child(name, 'server', { port: 'auto' })),
    })
    expect((await project.ps('start', '--all')).code).toBe(0)
    const ports = async () => (await control(project).list({})).map(({ port }) => port ?? 0)
    const first = await ports()
    expect(new Set(first).size).toBe(2)
    for (const [i, name] of ['one', 'two'].entries()) {
      const { pid } = await project.state(name)
      expect(await (await fetch(`http://127.0.0.1:${first[i]}`)).text()).toBe(String(pid))
    }
    expect((await project.ps('restart', '--all')).code).toBe(0)
    expect(await ports()).toEqual(first)
    await project.killSupervisor()
    expect((await project.ps('restart', 'one')).code).toBe(0)
    expect(await ports()).toEqual(first)
    expect(eventsOf(project).filter(({ type }) => type === 'error')).toEqual([])
  })
})
