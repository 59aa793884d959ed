import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { invoke } from '../helpers/invocation.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

const SERVE = 'console.log("serving", process.env.PORT); setInterval(() => {}, 1000)'
const FAIL = 'console.error("no database"); process.exit(3)'
const script = (code: string) => ({ command: process.execPath, args: ['-e', code] })

const PROCESSES = [
  { name: 'web', group: 'front', ...script(SERVE), env: { PORT: '3000', API_TOKEN: 'hush-hush' } },
  { name: 'worker', ...script(SERVE), env: { PORT: '4000' } },
  { name: 'broken', ...script(FAIL), autorestart: false, minUptime: 20_000 },
]

let project: Project
beforeEach(() => {
  project = tempProject({ config: { processes: PROCESSES } })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)

describe('start, list, stop', () => {
  it('work by name, by group and for all processes, and succeed if nothing has to be done', async () => {
    const started = await ps('start', 'web')
    expect(started).toMatchObject({ code: 0, stderr: '' })
    expect(started.stdout).toMatch(/^web: started \(pid \d+\)\n$/)
    const pid = Number(/\d+/.exec(started.stdout)?.[0])
    expect(alive(pid)).toBe(true)

    expect(await ps('start', '--group', 'front')).toMatchObject({
      code: 0,
      stdout: `web: already running (pid ${pid})\n`,
    })
    expect((await ps('start', 'worker', '--json')).json()).toMatchObject([
      { name: 'worker', ok: true, message: 'started', warnings: [], state: { status: 'running', wanted: 'up' } },
    ])
    expect(await ps('stop', 'web', 'worker')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^(?:web: stopped\nworker: stopped|worker: stopped\nweb: stopped)\n$/),
    })
    expect(alive(pid)).toBe(false)
    expect(await ps('stop', 'web')).toMatchObject({ code: 0, stdout: 'web: already stopped\n' })
  })

  it('list prints an array as JSON, and plain columns in a pipe', async () => {
    await ps('start', 'web', 'worker')
    const list = await ps('list', '--json')
    expect(list.stderr).toBe('')
    const [web] = list.json()
    expect(web).toMatchObject({ name: 'web', group: 'front', status: 'running', restarts: 0, exitCode: null })
    expect(web.uptime).toBeLessThan(60)
    expect(web.memory).toBeGreaterThan(1)

    const { stdout } = await ps('list')
    expect(stdout).toMatch(/^NAME +GROUP +STATUS +PID +UPTIME +RESTARTS +CPU +MEMORY\n/)
    expect(stdout).toMatch(new RegExp(`^web +front +running +${web.pid} `, 'm'))
    expect(stdout).not.toMatch(/[│─\x1b]/)
    const none = await ps('list', '--filter', 'status=crashed')
    expect(none.stderr).toMatch(/^no process matches the filter \(\d+ in all\)\n$/)
    expect((await ps('list', '--color')).stdout).toContain('\x1b[32mrunning')
    expect((await project.psWith({ env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, 'list')).stdout).not.toContain('\x1b')

    const terminal = {
      text: '',
      isTTY: true,
      columns: 120,
      rows: 40,
      write(more: string) {
        this.text += more
      },
    }
    await invoke(['list'], { cwd: project.path, stdout: terminal })
    expect(terminal.text).toMatch(/^.*supervisor \d+ · daemon/)
    expect(terminal.text).toMatch(/\n\S*front\S*\n.*●.*web.*running/)
  })

  it('a failed start fails and shows why, with the last lines', async () => {
    const failed = await ps('start', 'broken', 'web')
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(/^web: started/)
    expect(failed.stderr).toMatch(/^broken: exited with 3 .*\n {2}last lines:\n {4}no database\n$/)
    expect((await ps('start', 'nobody')).code).toBe(4)
  })

  it('a broken config does not prevent list and stop, and changes nothing', async () => {
    await ps('start', 'web')
    project.write('processes.json', '{ "processes": [')
    const list = await ps('list', '--json')
    expect(list.json()).toMatchObject([{ name: 'web', status: 'running' }, {}, {}])
    expect(list.stderr).toMatch(/^warning: processes\.json: not JSON at line 1, .*; using the state in .*\.tuix\n$/)
    expect(await ps('restart', 'web')).toMatchObject({ code: 2, stdout: '' })
    expect((await project.state('web')).pid).toBe(list.json()[0].pid)
    expect(await ps('stop', 'web')).toMatchObject({ code: 0, stdout: 'web: stopped\n' })
  })

  it('restart uses the current config', async () => {
    await ps('start', 'web')
    const [web, ...others] = PROCESSES
    project.write('processes.json', [{ ...web, env: { PORT: '3001' } }, ...others])
    expect(await ps('restart', 'web')).toMatchObject({ code: 0, stderr: '' })
    await until(async () => (await ps('logs', 'web')).stdout.includes('serving 3001'), { what: 'the new port' })
    expect((await ps('status', 'web', '--json')).json().config.env).toEqual({ PORT: '3001' })
  })
})

describe('status', () => {
  it('prints a page without secrets, and its exit code tells whether the process is running', async () => {
    await ps('start', 'web')
    const page = await ps('status', 'web')
    expect(page).toMatchObject({ code: 0, stderr: '' })
    for (const fact of [
      /^web {2}running for \d+s$/m,
      /^ +cwd +\S/m,
      /^ +stdout .*web\.out\.log \(\d+ bytes\)$/m,
      /PORT=3000/,
    ]) {
      expect(page.stdout).toMatch(fact)
    }
    expect(page.stdout).toContain('API_TOKEN=••••')
    const everything = [
      page,
      await ps('status', 'web', '--json'),
      await ps('list', '--json'),
      await ps('start', 'web', '--json'),
    ]
    for (const { stdout } of everything) expect(stdout).not.toContain('hush-hush')
    expect(await ps('status', 'web', '--reveal')).toMatchObject({ code: 2, stdout: '' })

    await ps('stop', 'web')
    const stopped = await ps('status', 'web', '--json')
    expect(stopped.code).toBe(3)
    expect(stopped.json()).toMatchObject({ name: 'web', status: 'stopped', config: { group: 'front' } })
    expect(await ps('status', 'wbe')).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('did you mean `web`?'),
    })
  })

  it('shows the supervisor and all processes without a name', async () => {
    await ps('start', 'web')
    const pid = project.supervisor()?.identity.pid
    expect((await ps('status')).stdout).toMatch(new RegExp(`^supervisor {2}running, a daemon\\n\\n +pid +${pid}, `))
    expect((await ps('status', '--json')).json()).toMatchObject({
      supervisor: { identity: { pid }, mode: 'daemon' },
      processes: [{ name: 'web' }, { name: 'worker' }, { name: 'broken' }],
    })
  })
})

describe('logs', () => {
  it('prints lines of one process, of several with their names, or as one JSON object per line', async () => {
    await ps('start', 'web', 'worker')
    await until(async () => (await ps('logs')).stdout.match(/serving/g)?.length === 2, { what: 'both lines' })
    expect((await ps('logs', 'web')).stdout).toMatch(/^serving 3000$/m)
    const { stdout } = await ps('logs')
    expect(stdout).toMatch(/^web {4}\| serving 3000$/m)
    expect(stdout).toMatch(/^worker \| serving 4000$/m)
    const lines = (await ps('logs', 'web', '-n', '50', '--json')).stdout.trim().split('\n')
    const logs = lines.map((line) => JSON.parse(line))
    expect(logs.find(({ source }) => source === 'stdout')).toMatchObject({
      name: 'web',
      message: 'serving 3000',
      level: 'info',
    })
    expect(Number.isNaN(Date.parse(logs[0].timestamp))).toBe(false)
  })

  it('follows with -f until Ctrl-C, and then exits with 130', async () => {
    await ps('start', 'web')
    const following = project.startPs({}, 'logs', 'web', '-f')
    await until(() => following.stdout().includes('serving 3000'), { what: 'the line from before' })
    await ps('restart', 'web')
    await until(() => following.stdout().match(/serving 3000/g)?.length === 2, { what: 'the line from after' })
    following.kill('SIGINT')
    expect(await following.finished).toMatchObject({ code: 130, stderr: '' })
  })
})
