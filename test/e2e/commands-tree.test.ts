import { afterEach, describe, expect, it } from 'vitest'
import type { PortRow } from '../../commands/format/ports.ts'
import { child } from '../helpers/children.ts'
import { freePort } from '../helpers/free-port.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const SECRET = ['--token', 'abc123']

describe('tree and ports', () => {
  it('know all descendants of a process, even after an adoption', async () => {
    project = tempProject({ config: [child('family', 'family', { args: SECRET }), child('idle', 'sleeper')] })
    await project.ps('start', 'family')
    const log = () => project.read('.tuix/logs/family.out.log')
    await until(() => log().includes('family complete'), { what: 'the family' })
    const pids = [...log().matchAll(/^\w+ (\d+)$/gm)].map(([, pid]) => Number(pid))
    await project.killSupervisor()

    const [family, ...others] = (await project.ps('tree', 'family', '--json')).json()
    expect(others).toEqual([])
    expect(family).toMatchObject({ name: 'family', status: 'running', pid: pids[0], processes: 5 })
    const members: { pid: number; strayed: boolean; memory: number; command: string[] }[] = family.members
    expect(members.map(({ pid }) => pid).sort()).toEqual(pids.sort())
    expect(members[0]).toMatchObject({ pid: family.pid, strayed: false })
    expect(members.filter(({ strayed }) => strayed).length).toBeGreaterThan(0)
    expect(members.every(({ memory }) => memory > 1)).toBe(true)
    expect(members[0]?.command.at(-1)).toBe('••••')

    const { code, stdout, stderr } = await project.ps('tree')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/ family {2}running, 5 processes\n/)
    for (const pid of pids) expect(stdout).toMatch(new RegExp(`^ *${pid} `, 'm'))
    expect(stdout).not.toContain('abc123')
    expect(await project.ps('tree', '--reveal')).toMatchObject({ code: 2, stdout: '' })
    expect((await project.ps('tree', 'famly')).stderr).toMatch(/no process is named `famly`; did you mean `family`\?/)
  })

  it('show listening ports, silent ports, and who holds the port of another process', async () => {
    const [own, silent, taken] = [await freePort(), await freePort(), await freePort()]
    project = tempProject({
      config: [
        child('web', 'server', { port: own }),
        child('mute', 'sleeper', { port: silent }),
        child('thief', 'server', { env: { PORT: String(taken) } }),
        child('victim', 'sleeper', { port: taken }),
      ],
    })
    await project.ps('start', 'web', 'mute', 'thief')
    const rows = () =>
      project
        .ps('ports', '--json')
        .then((finished) => finished.json() as PortRow[])
        .then((found) => Object.fromEntries(found.map((row) => [row.process, row])))
    const up = async () => {
      const found = await rows()
      return found.web?.state === 'listening' && found.thief?.state === 'listening' ? found : undefined
    }
    const { web, mute, thief } = await until(up, { what: 'both servers' })
    const { pid } = await project.state('web')
    expect(web).toMatchObject({ protocol: 'tcp', address: '127.0.0.1', port: own, pids: [pid], declared: true })
    expect(mute).toMatchObject({ port: silent, state: 'not listening', address: null })
    expect(thief).toMatchObject({ port: taken, declared: false })
    // Refused, since another has its port.
    expect((await project.ps('start', 'victim')).code).toBe(1)
    expect((await rows()).victim).toMatchObject({ state: 'held', holder: { process: 'thief', pid: thief?.pids[0] } })

    await project.ps('stop', '--all')
    expect((await rows()).mute).toMatchObject({ state: 'free' })
    const { stdout } = await project.ps('ports', 'web')
    expect(stdout).toMatch(new RegExp(`^PROCESS .*\nweb +tcp +- +${own} +- {2}declared; web is not running\n$`))
  })
})

describe('graph', () => {
  it('shows what the config and the supervisor know, in every format', async () => {
    const config = [
      child('db', 'sleeper'),
      child('web', 'sleeper', { dependsOn: { db: 'started' }, instances: 2 }),
      child('later', 'sleeper', { dependsOn: ['web'] }),
    ]
    project = tempProject({ config })
    await project.ps('start', 'web')
    // What is not declared any more is known by what it was started with.
    project.write('processes.json', config.slice(2))
    const { code, stdout, stderr } = await project.ps('graph')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      [
        'PROCESS  NEEDED   STATUS',
        'later             stopped',
        '  web    ready    2 running',
        '    db   started  running',
        '',
      ].join('\n'),
    )
    expect((await project.ps('graph', 'web', '--json')).json()).toMatchObject({
      nodes: [{ name: 'db' }, { name: 'web', instances: [{ name: 'web-1', status: 'running' }, { name: 'web-2' }] }],
      edges: [{ from: 'web', to: 'db', condition: 'started' }],
    })
    expect((await project.ps('graph', '--format', 'mermaid')).stdout).toMatch(/^flowchart TD\n/)
    expect((await project.ps('graph', '--format', 'dot')).stdout).toMatch(/^digraph processes \{\n/)
    expect(await project.ps('graph', '--format', 'svg')).toMatchObject({
      code: 2,
      stderr: 'error: --format must be one of text, json, mermaid, dot, not svg\n',
    })
    expect((await project.ps('graph', 'wbe')).stderr).toMatch(/did you mean `web`\?/)
  })
})
