import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { child, fixture, running } from '../helpers/children.ts'
import { alive, processesOf } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

/** The members that the fixture `family` names in its log. */
async function family(): Promise<Record<string, number>> {
  const log = await until(
    () => {
      const text = project.read('.tuix/logs/family.out.log')
      return text.includes('family complete') ? text : undefined
    },
    { what: 'the whole family' },
  )
  return Object.fromEntries([...log.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, pid]) => [name, Number(pid)]))
}

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() && false))
    socket.once('error', () => resolve(true))
  })
}

describe('stop', () => {
  it('ends what a shell and npm have started, and frees the port', async () => {
    const start = `perl ${JSON.stringify(fixture('server'))}`
    project = tempProject({
      config: [{ name: 'web', command: 'sh', args: ['-c', 'npm start; true'] }],
      files: { 'package.json': { name: 'app', scripts: { start } } },
    })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const port = await until(() => /port (\d+)/.exec(project.read('.tuix/logs/web.out.log'))?.[1], { what: 'a port' })
    const supervisor = project.supervisor()?.identity.pid
    expect(processesOf(project.path).length).toBeGreaterThanOrEqual(4)

    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(processesOf(project.path)).toEqual([supervisor])
    expect(await refused(Number(port))).toBe(true)
  })

  it('ends orphans, sessions of their own and those that ignore SIGTERM', async () => {
    project = tempProject({ config: [child('family', 'family', { stopTimeout: 500 })] })
    await project.ps('start', 'family')
    const members = await family()
    expect(Object.keys(members)).toEqual(['leader', 'child', 'orphan', 'session', 'stubborn'])
    expect(Object.values(members).every(alive)).toBe(true)

    expect((await project.ps('stop', 'family')).code).toBe(0)
    expect(Object.values(members).filter(alive)).toEqual([])
  })

  it('ends the group after the timeout when only its leader obeys', async () => {
    project = tempProject({
      config: [child('family', 'family', { args: ['leader-ends-on-term'], stopTimeout: 500 })],
    })
    await project.ps('start', 'family')
    const members = await family()
    expect((await project.ps('stop', 'family')).code).toBe(0)
    expect(Object.values(members).filter(alive)).toEqual([])
    expect((await project.state('family')).status).toBe('stopped')
  })

  it('reaches what an adopted process has started', async () => {
    project = tempProject({ config: [child('family', 'family', { stopTimeout: 500 })] })
    await project.ps('start', 'family')
    const members = await family()
    await project.killSupervisor()
    process.kill(members.leader ?? 0, 'SIGKILL')
    await until(() => !alive(members.leader))

    expect((await project.ps('stop', 'family')).code).toBe(0)
    expect(Object.values(members).filter(alive)).toEqual([])
    expect(running(project.path, 'sleeper')).toEqual([])
  })
})
