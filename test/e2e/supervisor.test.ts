import { afterEach, describe, expect, it } from 'vitest'
import { eventsOf } from '../helpers/asking.ts'
import { child } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { until } from '../helpers/until.ts'

let project: Project
let foreground: Running | undefined

afterEach(async () => {
  foreground?.kill('SIGKILL')
  foreground = undefined
  await project.dispose()
})

const pidOf = async (name: string) => (await project.state(name)).pid
const supervisorPid = () => project.supervisor()?.identity.pid

/** `supervisor run` and what follows, until it supervises. */
async function runForeground(...args: string[]): Promise<Running> {
  const running = project.startPs({}, 'supervisor', 'run', ...args)
  foreground = running
  await until(() => running.stderr().includes('supervising '), { what: 'the supervisor in the foreground' })
  return running
}

const untilUp = (name: string) =>
  until(() => eventsOf(project, name).some(({ type }) => type === 'ready'), { what: `${name} to be up` })

describe('supervisor', () => {
  it('reports status, restart and stop, and leaves the processes running', async () => {
    project = tempProject({ config: [child('web', 'sleeper'), child('idle', 'sleeper')] })
    const none = await project.ps('supervisor')
    expect(none.code).toBe(3)
    expect(none.stdout).toMatch(/^supervisor {2}not running;/)
    await project.ps('start', 'web')
    const web = await pidOf('web')
    const first = supervisorPid()

    const { code, stdout } = await project.ps('supervisor', 'status')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^supervisor {2}running, a daemon\n/)
    expect(stdout).toMatch(new RegExp(`^ +pid +${first}$`, 'm'))
    expect(stdout).toMatch(/^ +processes +1 of 2 running$/m)
    const status = (await project.ps('supervisor', '--json')).json()
    expect(status).toMatchObject({ supervisor: { mode: 'daemon' }, processes: { total: 2, running: 1 } })
    expect(status.supervisor.memory).toBeGreaterThan(5)

    const restarted = (await project.ps('supervisor', 'restart', '--json')).json()
    expect(restarted).toMatchObject({ ended: { pid: first, killed: false }, running: ['web'] })
    expect(restarted.started.pid).toBe(supervisorPid())
    expect(alive(first)).toBe(false)
    expect(await pidOf('web')).toBe(web)

    const stopped = await project.ps('supervisor', 'stop')
    expect(stopped.stdout).toMatch(
      /^supervisor stopped \(pid \d+\)\n1 process keeps running unsupervised until the next command: web\n$/,
    )
    expect([project.supervisor(), alive(web)]).toEqual([null, true])
    expect((await project.ps('supervisor', 'stop')).stdout).toBe('no supervisor is running\n')
    expect(await pidOf('web')).toBe(web)

    expect((await project.ps('supervisor', 'stop', '--all')).stdout).toMatch(/^web: stopped\n.*\nsupervisor stopped/s)
    expect([project.supervisor(), alive(web)]).toEqual([null, false])
  })

  it('is killed and replaced if it does not answer', async () => {
    project = tempProject({ config: [child('web', 'sleeper')] })
    await project.ps('start', 'web')
    const web = await pidOf('web')
    const hung = supervisorPid() ?? 0
    process.kill(hung, 'SIGSTOP')
    const { code, stdout, stderr } = await project.ps('supervisor', 'restart')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^supervisor stopped \\(pid ${hung}, killed because it did not answer\\)`))
    expect(await pidOf('web')).toBe(web)
  })

  it('is not stopped by others while it runs inside an app', async () => {
    project = tempProject()
    const app = project.app(`
      import { createProcessManager } from 'tuix/process-manager'
      const manager = await createProcessManager()
      await manager.start(${JSON.stringify(child('web', 'sleeper'))})
      console.log('ready')`)
    await until(() => app.stdout().includes('ready'), { what: 'the app' })
    for (const action of ['stop', 'restart', 'run']) {
      const { code, stderr } = await project.ps('supervisor', action)
      expect([action, code]).toEqual([action, 1])
      expect(stderr).toContain(`pid ${app.pid}`)
    }
    app.kill('SIGTERM')
    await app.finished
  })

  it('refuses wrong words and options', async () => {
    project = tempProject()
    const refused = async (...args: string[]) => {
      const { code, stderr } = await project.ps('supervisor', ...args)
      return [code, stderr]
    }
    expect(await refused('stpo')).toEqual([2, 'error: supervisor stpo is not a command; did you mean stop?\n'])
    expect(await refused('stop', '--logs')).toEqual([2, 'error: --logs is only an option of supervisor run\n'])
    expect(await refused('run', '--start', 'some')).toEqual([
      2,
      'error: --start must be one of all, autostart, none, wanted, not some\n',
    ])
    expect(await refused('stop', 'web')).toEqual([2, 'error: supervisor stop takes no names, but got web\n'])
  })
})

describe('supervisor run', () => {
  it('starts everything, prints logs, and stops all in order at SIGTERM', async () => {
    const config = [child('db', 'sleeper'), child('web', 'sleeper', { dependsOn: ['db'] }), child('bad', 'missing')]
    project = tempProject({ config: [...config.slice(0, 2), { name: 'bad', command: 'no-such-program' }] })
    const run = await runForeground('--logs')
    await untilUp('web')
    await until(() => /^db +\| sleeper/m.test(run.stdout()), { what: 'the log of db' })
    expect(project.supervisor()).toMatchObject({ mode: 'foreground', identity: { pid: run.pid } })
    expect(run.stderr()).toMatch(/ bad: .*no-such-program/)
    const pids = [await pidOf('db'), await pidOf('web')]
    expect((await project.ps('supervisor')).stdout).toMatch(/^supervisor {2}running, in the foreground$/m)
    const second = await project.ps('supervisor', 'run')
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(`a supervisor in the foreground, pid ${run.pid}`)

    run.kill('SIGTERM')
    const { code, stderr } = await run.finished
    expect(code).toBe(0)
    expect(stderr).toMatch(/SIGTERM: stopping everything\n.* everything has stopped\n$/s)
    expect(pids.map(alive)).toEqual([false, false])
    const stops = eventsOf(project).filter(({ type }) => type === 'stop')
    expect(stops.map(({ name }) => name).slice(-2)).toEqual(['web', 'db'])
    expect(project.supervisor()).toBeNull()
  })

  it('takes processes over from a daemon, and hands them to the next supervisor', async () => {
    project = tempProject({ config: [child('web', 'sleeper'), child('auto', 'sleeper', { autostart: true })] })
    await project.ps('start', 'web')
    const web = await pidOf('web')
    const run = await runForeground('--start', 'autostart')
    await untilUp('auto')
    expect(await pidOf('web')).toBe(web)
    // An upgrade or `supervisor stop` elsewhere ends it, without an end for the processes.
    expect((await project.ps('supervisor', 'stop')).code).toBe(0)
    const { code, stderr } = await run.finished
    expect(code).toBe(0)
    expect(stderr).toContain('the processes keep running')
    expect(await pidOf('web')).toBe(web)
  })

  it('applies the config on SIGHUP, unless it is invalid', async () => {
    project = tempProject({ config: [child('web', 'sleeper'), child('old', 'sleeper')] })
    const run = await runForeground()
    await untilUp('web')
    await untilUp('old')
    const [web, old] = [await pidOf('web'), await pidOf('old')]
    project.write('processes.json', [{ name: 'web' }])
    run.kill('SIGHUP')
    await until(() => run.stderr().includes('config not applied: '), { what: 'the refusal' })
    project.write('processes.json', [child('web', 'sleeper'), child('fresh', 'sleeper')])
    run.kill('SIGHUP')
    await untilUp('fresh')
    await until(() => !alive(old), { what: 'the end of old' })
    expect(await pidOf('web')).toBe(web)
  })

  it('exits at once on a second Ctrl-C, and the next supervisor finishes the stop', async () => {
    project = tempProject({ config: [child('rock', 'stubborn', { stopTimeout: 60_000 })] })
    const run = await runForeground()
    await untilUp('rock')
    const rock = await pidOf('rock')
    run.kill('SIGINT')
    await until(() => run.stderr().includes('SIGINT: stopping everything'), { what: 'the first signal' })
    // Signals within a second are one.
    const again = setInterval(() => {
      if (!run.stderr().includes('exiting at once')) run.kill('SIGINT')
    }, 300)
    const { code } = await run.finished.finally(() => clearInterval(again))
    expect(code).toBe(130)
    expect(alive(rock)).toBe(true)
    expect(await project.state('rock')).toMatchObject({ status: 'stopping', wanted: 'down' })
    if (rock) process.kill(rock, 'SIGKILL')
  })
})
