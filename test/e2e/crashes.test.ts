import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { CrashReport } from '../../src/index.ts'
import { eventsOf, untilState } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(() => project.dispose())

const reports = () =>
  existsSync(project.file('.tuix/crashes')) ? readdirSync(project.file('.tuix/crashes')).sort() : []
const shown = async (which: string): Promise<CrashReport> =>
  (await project.ps('crashes', 'show', which, '--json')).json()
/** The report once it is written, as the command tells it. */
async function untilReport(id: string): Promise<CrashReport> {
  await until(() => reports().includes(id), { what: `the report ${id}` })
  return await shown(id)
}

describe('a crash', () => {
  it('leaves a report with causes, output, environment and config, without secrets, which needs no supervisor', async () => {
    const command = `node -e "console.log('pw ' + process.env.API_TOKEN); console.error('Error: \\x1b[2J boom'); process.exit(3)"`
    const env = { API_TOKEN: 'hunter2-secret', PLAIN: 'yes' }
    project = tempProject({ config: [{ name: 'web', command, env, autorestart: false, minUptime: 0 }] })
    await project.ps('start', 'web')
    const report = await untilReport('web-1')
    expect(report).toMatchObject({ name: 'web', run: 1, exitCode: 3, signal: null, failures: 1, since: null })
    expect(report.stdout.map(({ message }) => message)).toEqual(['pw ••••'])
    expect(report.stderr[0]).toMatchObject({ message: expect.stringContaining('boom'), source: 'stderr' })
    expect(report.environment).toMatchObject({ API_TOKEN: '••••', PLAIN: 'yes' })
    expect(report.config.env).toMatchObject({ API_TOKEN: '••••' })
    expect(report.causes.map(({ message }) => message)).toEqual([expect.stringContaining('exited with 3'), 'started'])
    expect(project.read('.tuix/crashes/web-1/report.json')).not.toContain('hunter2')
    expect(statSync(project.file('.tuix/crashes')).mode & 0o777).toBe(0o700)
    expect(statSync(project.file('.tuix/crashes/web-1')).mode & 0o777).toBe(0o700)
    expect(statSync(project.file('.tuix/crashes/web-1/report.json')).mode & 0o777).toBe(0o600)
    for (const command of ['status', 'why'])
      expect((await project.ps(command, 'web')).stdout).toContain('crashes show web-1')
    await project.killSupervisor()
    expect((await project.ps('crashes')).stdout).toMatch(/1 +web-1 .*exited with 3/)
    const page = (await project.ps('crashes', 'show', '1')).stdout
    expect(page).toContain('boom')
    expect(page).not.toContain('\x1b[2J')
    expect(await project.ps('crashes', 'other')).toMatchObject({ code: 0, stderr: 'no crash of other is recorded\n' })
    expect(await project.ps('crashes', 'show', '../../processes.json')).toMatchObject({ code: 2 })
    expect((await project.ps('crashes', 'show', 'web-7')).stderr).toContain('available: web-1')
  })

  it('leaves none when a person stops the process', async () => {
    project = tempProject({ config: [child('web', 'sleeper'), child('bad', 'crash', { autorestart: false })] })
    await project.ps('start', 'web')
    await project.ps('stop', 'web')
    await project.ps('start', 'bad')
    await untilReport('bad-1')
    expect(reports()).toEqual(['bad-1'])
  })

  it('leaves none where a link leads elsewhere, and deletes nothing there', async () => {
    project = tempProject({
      config: [child('bad', 'crash', { autorestart: false })],
      files: { 'elsewhere/bad-7/x': '' },
    })
    mkdirSync(project.file('.tuix'), { mode: 0o700 })
    symlinkSync(project.file('elsewhere'), project.file('.tuix/crashes'))
    await project.ps('start', 'bad')
    await until(async () => (await eventsOf(project)).some(({ message }) => /is a symbolic link/.test(message)), {
      what: 'the warning',
    })
    expect(readdirSync(project.file('elsewhere'))).toEqual(['bad-7'])
  })

  it('in a row leaves the first and the last report, and the count', async () => {
    const crash = child('web', 'crash', { minUptime: 0, restartDelay: 0, maxRestarts: 40 })
    project = tempProject({ config: [crash] })
    await project.ps('start', 'web', '--no-wait')
    await untilState(project, 'web', ({ status }) => status === 'error')
    expect(await untilReport('web-41')).toMatchObject({ failures: 41, first: 'web-1', exitCode: 1 })
    expect(reports()).toEqual(['web-1', 'web-41'])
    expect((await project.ps('crashes')).stdout).toContain('41 in a row')
  })

  it('is told apart from what ran well before: the config and the commit that have changed', async () => {
    const web = (port: string, stableAfter: number, extra = {}) => [
      child('web', 'sleeper', { env: { PORT: port, KEY: 'a', ...extra }, stableAfter, autorestart: false }),
    ]
    project = tempProject({ config: web('1', 50) })
    // A linked working tree, whose branches are in the repository.
    mkdirSync(project.file('main/.git/worktrees/linked'), { recursive: true })
    const commits = ['1'.repeat(40), '2'.repeat(40)]
    const write = (name: string, text = '') => writeFileSync(project.file(name), `${text}\n`)
    write('.git', `gitdir: ${project.file('main/.git/worktrees/linked')}`)
    write('main/.git/worktrees/linked/HEAD', 'ref: refs/heads/topic')
    write('main/.git/worktrees/linked/commondir', '../..')
    write('main/.git/packed-refs', `${commits[0]} refs/heads/topic`)
    await project.ps('start', 'web')
    await until(() => existsSync(project.file('.tuix/good-runs/web.json')), { what: 'the good run' })
    expect(statSync(project.file('.tuix/good-runs/web.json')).mode & 0o777).toBe(0o600)
    mkdirSync(project.file('main/.git/refs/heads'), { recursive: true })
    write('main/.git/refs/heads/topic', commits[1])
    project.write('processes.json', web('2', 3_600_000, { KEY: 'b', EXTRA: '1' }))
    // Adopted by another supervisor, which reads what it inherited.
    await project.killSupervisor()
    await project.ps('apply')
    const { pid } = await project.state('web')
    process.kill(pid as number, 'SIGKILL')
    const report = await untilReport('web-2')
    expect(report.git).toEqual({ commit: commits[1], branch: 'topic' })
    expect(report.since).toMatchObject({ run: 1, git: { commit: commits[0], branch: 'topic' } })
    expect(new Set(report.since?.changes)).toEqual(
      new Set([
        { setting: 'env.PORT', before: '1', after: '2' },
        { setting: 'env.EXTRA', before: null, after: '1' },
        { setting: 'stableAfter', before: 50, after: 3_600_000 },
        { setting: 'env.KEY', before: '••••', after: '••••' },
      ]),
    )
    const page = (await project.ps('crashes', 'show', 'web-2')).stdout
    expect(page).toContain('env.PORT: "1" is now "2"')
    expect(page).toContain('git: it was 111111111111 on topic')
  })

  it('of an adopted process and a start that fails for good have one, too', async () => {
    const gone = { name: 'gone', command: './program', maxRestarts: 1, restartDelay: 0, minUptime: 0 }
    project = tempProject({ config: [child('web', 'family', { autorestart: false, stableAfter: 50 }), gone] })
    await project.ps('start', 'web')
    await project.killSupervisor()
    const { pid, adopted } = await project.state('web')
    expect(adopted).toBe(true)
    await project.ps('tree', 'web')
    process.kill(pid as number, 'SIGKILL')
    const report = await untilReport('web-1')
    expect(report).toMatchObject({ pid, exitCode: null, signal: null, startedAt: expect.any(Number) })
    expect(report.tree?.members.length).toBeGreaterThan(1)
    expect(report.environment).toMatchObject({ PATH: expect.stringContaining('/'), HOME: '(inherited)' })
    writeFileSync(project.file('program'), '#!/bin/sh\nrm "$0"; exec sleep 1000\n', { mode: 0o755 })
    await project.ps('start', 'gone')
    await until(() => !existsSync(project.file('program')), { what: 'the program to delete itself' })
    process.kill((await project.state('gone')).pid as number, 'SIGKILL')
    const never = await untilReport('gone-2')
    expect(never).toMatchObject({ startedAt: null, stdout: [], first: 'gone-1', cause: { type: 'spawn-failed' } })
    expect((await project.ps('crashes', 'show', 'gone-2')).stdout).toContain('it was not started')
  })

  it('reads the commit of a real repository', async () => {
    project = tempProject({ config: [child('web', 'crash', { autorestart: false })] })
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', project.path, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        encoding: 'utf8',
      })
    git('init', '-q', '-b', 'main/line')
    git('commit', '-q', '--allow-empty', '-m', 'one')
    await project.ps('start', 'web')
    const commit = git('rev-parse', 'HEAD').trim()
    expect((await untilReport('web-1')).git).toEqual({ commit, branch: 'main/line' })
  })
})
