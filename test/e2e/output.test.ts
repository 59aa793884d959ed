import { afterEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const COLOR = '\u001b['
const BOX = /[│┌┐└┘─├┤┬┴┼]/

describe('output', () => {
  it('has data on stdout and everything else on stderr', async () => {
    project = tempProject({ config: [child('web', 'server'), child('worker', 'sleeper', { maxMemory: 512 })] })
    const empty = await project.ps('list')
    expect([empty.stdout, empty.code]).toEqual(['', 0])
    expect(empty.stderr).toContain('start --all')
    expect((await project.ps('list', '--json')).json()).toEqual([])

    const start = await project.ps('start', '--all', '--json')
    expect(start.json()).toHaveLength(2)
    expect(start.json()[0]).toMatchObject({ name: 'web', ok: true, message: 'started', state: { status: 'running' } })
    const [web, worker] = (await project.ps('list', '--json')).json()
    expect(web).toMatchObject({ name: 'web', group: null, status: 'running', restarts: 0, exitCode: null })
    for (const key of ['pid', 'uptime', 'cpu', 'memory']) expect(web[key]).toBeTypeOf('number')
    expect(worker.name).toBe('worker')
    expect((await project.ps('status', 'web', '--json')).json()).toMatchObject({ name: 'web', config: { name: 'web' } })

    const unknown = await project.ps('status', 'wbe')
    expect(unknown.stdout).toBe('')
    expect(unknown.stderr).toContain('did you mean `web`?')
    const lines = (await project.ps('logs', 'web', '--json')).stdout.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).source)).toContain('stdout')
  })

  it('is plain in a pipe, coloured when asked: a flag beats NO_COLOR beats FORCE_COLOR', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const list = async (env: Record<string, string>, ...flags: string[]) =>
      (await project.psWith({ env }, 'list', ...flags)).stdout
    const plain = await list({})
    expect(plain).toMatch(/^NAME +GROUP +STATUS/)
    expect(plain).not.toContain(COLOR)
    expect(plain).not.toMatch(BOX)
    expect(await list({ FORCE_COLOR: '1' })).toContain(COLOR)
    expect(await list({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(COLOR)
    expect(await list({ NO_COLOR: '1' }, '--color')).toContain(COLOR)
    expect(await list({ FORCE_COLOR: '1' }, '--no-color')).not.toContain(COLOR)
    expect(await list({ FORCE_COLOR: '1' }, '--json')).not.toContain(COLOR)
  })

  it('shows no stack unless TUIX_DEBUG is set', async () => {
    project = tempProject({ files: { 'processes.json': '[{ "name": "web", "comand": "x" }]' } })
    const refused = await project.ps('start', 'web')
    expect(refused.stderr).toMatch(/^error: processes\.json: .*\[0\]\.comand.* did you mean `command`\?\n$/)
    expect(refused.stderr).not.toContain('    at ')
    expect((await project.psWith({ env: { TUIX_DEBUG: '1' } }, 'start', 'web')).stderr).toContain('    at ')
  })
})

describe('exit codes', () => {
  const cases: [code: number, ...args: string[]][] = [
    [0, 'list'],
    [0, '--help'],
    [0, '--version'],
    [0, 'start', 'web'],
    [0, 'start', 'web'],
    [0, 'status', 'web'],
    [0, 'logs', 'web'],
    [1, 'start', 'crash'],
    [3, 'status', 'crash'],
    [0, 'stop', 'web'],
    [0, 'stop', 'web'],
    [3, 'status', 'web'],
    [4, 'status', 'nobody'],
    [4, 'stop', 'nobody'],
    [4, 'logs', 'nobody'],
    [2, 'start'],
    [2, 'start', 'web', '--colour'],
    [2, 'frobnicate'],
    [2, 'start', 'web', '--config', 'missing.json'],
    [2, 'logs', 'web', '-n', 'many'],
  ]

  it('are those of the conventions', async () => {
    project = tempProject({ config: [child('web', 'server'), child('crash', 'crash', { minUptime: 20_000 })] })
    const seen: string[] = []
    for (const [, ...args] of cases) seen.push(`${(await project.ps(...args)).code} ${args.join(' ')}`)
    expect(seen).toEqual(cases.map(([code, ...args]) => `${code} ${args.join(' ')}`))
  })

  it('is 130 after Ctrl-C', async () => {
    project = tempProject({ config: [child('counter', 'counter', { args: ['50'] })] })
    await project.ps('start', 'counter')
    const logs = project.startPs({}, 'logs', '-f', 'counter')
    await until(() => logs.stdout().split('\n').length > 5, { what: 'followed lines' })
    logs.kill('SIGINT')
    expect((await logs.finished).code).toBe(130)
    expect((await project.state('counter')).status).toBe('running')
  })
})
