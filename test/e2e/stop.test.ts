import { spawn } from 'node:child_process'
import { chmodSync, closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { eventsOf } from '../helpers/asking.ts'
import { child, fixture, running } from '../helpers/children.ts'
import { isRoot, psAsNobody } from '../helpers/nobody.ts'
import { alive, livingPids, parentOf, processesOf, read } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
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

  it('leaves a stranger alone that writes to the same log file of the user, and names it', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { logFile: 'app.log' })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    const log = openSync(project.file('app.log'), 'a')
    const stranger = spawn('sleep', ['2101'], {
      detached: true,
      stdio: ['ignore', log, log],
      env: {},
      cwd: project.path,
    })
    closeSync(log)

    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(alive(stranger.pid)).toBe(true)
    expect(eventsOf(project, 'web').filter(({ type }) => type === 'warning')).toMatchObject([
      { message: expect.stringContaining(`pid ${stranger.pid} (sleep) writes to its log file`) },
    ])
    await project.killSupervisor()
    expect((await project.state('web')).status).toBe('stopped')
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    expect(alive(stranger.pid)).toBe(true)
  })

  it('leaves the script alone that asks for it and writes to the same log file', async () => {
    project = tempProject({ config: [child('web', 'sleeper', { logFile: 'app.log' })] })
    expect((await project.ps('start', 'web')).code).toBe(0)
    expect((await project.ps('stop', 'web')).code).toBe(0)
    await project.killSupervisor()
    const ps = `${JSON.stringify(process.execPath)} ${JSON.stringify(join(REPOSITORY, 'dist/tuix-ps.js'))}`
    const script = `exec >>app.log 2>&1; ${ps} start web; ${ps} stop web; echo the end`
    const { code } = await project.run(['-c', script], { program: 'sh' }).finished
    expect(code).toBe(0)
    expect(project.read('app.log')).toContain('the end')
  })

  it('names a daemon that lets nobody look into it and that left its parent and its session', async () => {
    const script = `use POSIX; fork and exit; setsid(); fork and exit;
      syscall((uname())[4] eq "x86_64" ? 157 : 167, 4, 0); $0 = "hidden"; sleep 3601`
    project = tempProject({
      config: [
        { name: 'agent', command: 'sh', args: ['-c', `perl -e '${script}'; echo up; sleep 3601`], minUptime: 50 },
      ],
    })
    chmodSync(project.path, 0o777)
    // Root may look into everything.
    const ps = (...args: string[]) => (isRoot ? psAsNobody(project, ...args) : project.psWith({}, ...args))
    expect((await ps('start', 'agent')).code).toBe(0)
    await until(() => project.read('.tuix/logs/agent.out.log').includes('up'))
    // Until its parent has ended, it is found as a child of that one.
    const commOf = (pid: number | undefined) => read(`/proc/${pid}/comm`)
    const isLeft = (pid: number) => commOf(pid) === 'hidden\n' && commOf(parentOf(pid)) !== 'perl\n'
    const hidden = await until(() => livingPids().find(isLeft))
    try {
      const { code, stdout, stderr } = await ps('stop', 'agent')
      expect([code, stdout]).toEqual([0, expect.stringContaining('agent: stopped')])
      expect(stderr).toMatch(/^warning: agent: .* could not be looked into and may be part of it: .*pid \d+ \(hidden\)/)
      expect(alive(hidden)).toBe(true)
    } finally {
      process.kill(hidden, 'SIGKILL')
      await ps('supervisor', 'stop', '--all')
    }
  })
})
