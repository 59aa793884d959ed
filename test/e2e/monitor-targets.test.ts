import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fixture, interpreter } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { type Sshd, SshLab } from '../helpers/sshd.ts'
import { TestTerminal } from '../helpers/tmux.ts'
import { until } from '../helpers/until.ts'
import { WebClient } from '../helpers/web-client.ts'
import { describeWith } from '../integration/programs.ts'

const PLACE = ['--target', 'prod,eu', '--config', 'here/processes.json']

describeWith(['sshd', 'ssh', 'ssh-keygen', 'tmux'], 'several hosts on a screen', () => {
  let project: Project
  let lab: SshLab
  let terminal: TestTerminal | undefined
  const hosts: Record<string, Sshd> = {}

  beforeEach(async () => {
    project = tempProject()
    lab = new SshLab(project)
    const targets: Record<string, object> = {}
    for (const name of ['prod', 'eu']) {
      hosts[name] = await lab.host({ name })
      const cwd = project.file(`srv/${name}`)
      mkdirSync(cwd, { recursive: true })
      lab.install(cwd)
      targets[name] = { ssh: name, cwd }
    }
    const counter = { name: 'counter', command: interpreter('counter'), args: [fixture('counter'), '50'] }
    // Not above the hosts' folders, which would then be parts of this project.
    project.write('here/processes.json', { targets, processes: [counter] })
    const started = await ps('start', '--all')
    expect(started).toMatchObject({ code: 0 })
  })
  afterEach(async () => {
    terminal?.dispose()
    await lab.end()
    await project.dispose()
  })

  const ps = (...args: string[]) => project.psWith({ env: lab.environment() }, ...args, ...PLACE)

  it('of the monitor: each process with its host, one that is gone marked, and the others acted on', async () => {
    terminal = new TestTerminal({ cwd: project.path, columns: 120, rows: 24, env: lab.environment() })
    terminal.run(`${REPOSITORY}/dist/tuix-ps.js`, 'monitor', ...PLACE)
    await terminal.shows(/2\/2 running +prod, eu/)
    await terminal.shows(/PROCESS +HOST +STATUS/)
    await terminal.shows(/prod\/counter +prod +running/)
    await hosts.eu?.stop()
    await terminal.shows(/eu\/counter +eu: lost +running/)
    terminal.keys('s', 'y')
    await terminal.shows(/prod\/counter +prod +stopped/)
    await hosts.eu?.start()
    await terminal.shows(/eu\/counter +eu +running/)
    terminal.keys('q')
  }, 120_000)

  it('of the dashboard, for as long as its command runs', async () => {
    const off = await ps('web', '--off')
    expect(off.stderr).toMatch(/^error: the dashboard of other hosts is open while its command runs/)
    const serving = project.startPs({ env: lab.environment() }, 'web', '--json', ...PLACE)
    const { url, token } = await until(() => parsed(serving.stdout()), { what: 'the address' })
    const web = new WebClient({ url, token })
    expect((await web.get('/v1/processes', { authorization: '' })).status).toBe(401)
    expect((await web.get('/v1/processes', { origin: 'http://evil.example' })).status).toBe(403)
    expect((await web.get('/')).text).toContain('<html')
    const list = async () => JSON.parse((await web.get('/v1/processes')).text)
    const both = ['prod', 'eu'].map((host) => ({ name: `${host}/counter`, host, status: 'running' }))
    expect(await list()).toMatchObject(both)
    const stopped = await web.post('/v1/stop', { names: ['eu/counter'] })
    expect(JSON.parse(stopped.text)).toMatchObject([{ name: 'eu/counter', result: 'stopped' }])
    const begun = await web.post('/v1/start', { names: ['eu/counter'] })
    expect(JSON.parse(begun.text)).toMatchObject([{ name: 'eu/counter', result: 'started' }])
    const revealed = await web.get('/v1/processes/prod%2Fcounter?reveal=1')
    expect(revealed.status).toBe(403)
    const { logs } = JSON.parse((await web.get('/v1/logs?lines=4')).text)
    expect(logs).toHaveLength(4)
    for await (const { item } of web.stream('/v1/logs/follow?lines=2', AbortSignal.timeout(60_000))) {
      expect(item.logs.length).toBeGreaterThan(0)
      break
    }
    serving.kill('SIGINT')
    expect((await serving.finished).code).toBe(130)
    await expect(web.get('/')).rejects.toThrow()
  }, 120_000)
})

/** JSON that is printed as a whole. */
function parsed(text: string): { url: string; token: string } | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
