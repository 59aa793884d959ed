import { afterEach, describe, expect, it } from 'vitest'
import { untilState } from '../helpers/asking.ts'
import { fixture } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

let project: Project
afterEach(async () => {
  // Nothing finds a program without its environment after its supervisor has gone.
  const pid = pidIn()
  await project.dispose()
  if (pid !== null && alive(pid)) process.kill(pid, 'SIGKILL')
})

function pidIn(): number | null {
  try {
    return Number(project.read('daemon.pid'))
  } catch {
    return null
  }
}

const DAEMON = { command: `perl ${fixture('daemon')} start`, daemon: true }
const STOPPED = { ...DAEMON, stopCommand: `perl ${fixture('daemon')} stop`, stopTimeout: 8000 }
const declare = (db: object, others: object = {}) => {
  project = tempProject({ files: { 'processes.json': { processes: { db, ...others } } } })
}

describe('a program that its command leaves in the background', () => {
  it('counts as the process, is restarted when it ends, taken over, and stopped by its command', async () => {
    declare(STOPPED, { web: { command: 'sleep 1000', dependsOn: ['db'] } })
    const started = await project.ps('start', '--all')
    expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(/^db: started .*\nweb: started/) })
    const first = pidIn()
    expect(await project.state('db')).toMatchObject({ status: 'running', pid: first })

    process.kill(first ?? 0, 'SIGKILL')
    const again = await untilState(project, 'db', ({ run, status }) => run === 2 && status === 'running')
    await until(() => (pidIn() ?? first) !== first, { what: 'the next daemon' })
    expect(again).toMatchObject({ restarts: 1 })

    await project.killSupervisor()
    expect((await project.ps('list')).code).toBe(0)
    // If the supervisor did not write that the daemon has taken over, the next one finds it again.
    const { pid: second } = await untilState(
      project,
      'db',
      ({ pid, status }) => status === 'running' && pid === pidIn(),
    )
    expect(await project.ps('stop', '--all')).toMatchObject({ code: 0 })
    expect(alive(second ?? 0)).toBe(false)
    // It ends by itself at the signal of its command only.
    expect((await project.ps('logs', 'db')).stdout).toContain('closing')
  })

  it('is ready when its command has ended, however long that takes', async () => {
    declare({ command: `${STOPPED.command} slow`, daemon: true, stopCommand: STOPPED.stopCommand })
    expect(await project.ps('start', 'db')).toMatchObject({ code: 0 })
    expect(await project.state('db')).toMatchObject({ status: 'running', pid: pidIn() })
  })

  it('is found by its pid file if nothing else tells whose it is', async () => {
    declare({
      command: `${DAEMON.command} hidden`,
      daemon: true,
      pidFile: 'daemon.pid',
      autorestart: false,
      stopTimeout: 200,
    })
    expect(await project.ps('start', 'db')).toMatchObject({ code: 0 })
    const pid = pidIn()
    expect(await project.state('db')).toMatchObject({ status: 'running', pid })
    expect(await project.ps('stop', 'db')).toMatchObject({ code: 0 })
    expect(alive(pid ?? 0)).toBe(false)
  })

  it('is missing if the command leaves none, or fails', async () => {
    declare(
      { command: 'true', daemon: true, autorestart: false },
      { no: { command: 'false', daemon: true, autorestart: false } },
    )
    expect((await project.ps('start', 'db')).stdout).toBe('db: completed\n')
    expect(await project.ps('start', 'no')).toMatchObject({ code: 1 })
  })
})

describe('a stop command', () => {
  it('that fails is told, and the signal follows', async () => {
    declare({ command: 'sleep 1000', stopCommand: 'echo cannot >&2; exit 3' })
    await project.ps('start', 'db')
    expect(await project.ps('stop', 'db')).toMatchObject({ code: 0, stdout: 'db: stopped\n' })
    expect((await project.ps('events', '-n', '2')).stdout).toContain('stopCommand exited with 3: cannot')
  })

  it('has the environment of the process, with its pid', async () => {
    declare({ command: 'sleep 1000', env: { OWN: 'mine' }, stopCommand: 'echo $TUIX_NAME $OWN > said; kill $TUIX_PID' })
    await project.ps('start', 'db')
    await project.ps('stop', 'db')
    expect(project.read('said')).toBe('db mine\n')
  })
})

describe('a daemon of process-compose', () => {
  it('runs, and is what others wait for', async () => {
    const perl = `perl ${fixture('daemon')}`
    project = tempProject({
      files: {
        'process-compose.yaml': `
processes:
  db:
    command: ${perl} start
    is_daemon: true
    shutdown: { command: ${perl} stop }
    availability: { restart: always }
    readiness_probe: { exec: { command: test -f daemon.pid }, period_seconds: 1 }
  web: { command: sleep 1000, depends_on: { db: { condition: process_healthy } } }
`,
      },
    })
    const started = await project.ps('start', '--all', '--config', 'process-compose.yaml')
    expect(started).toMatchObject({ code: 0, stderr: '' })
    await untilState(project, 'db', ({ pid }) => pid === pidIn())
    expect(await project.ps('stop', '--all')).toMatchObject({ code: 0 })
    expect((await project.ps('logs', 'db')).stdout).toContain('closing')
  })
})
