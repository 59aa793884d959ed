import { readFileSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { child } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { until } from '../helpers/until.ts'

/** Healthy while there is a file with this name. */
const fileCheck = (file: string) => ({ type: 'exec' as const, command: `test -f ${file}`, interval: 200, retries: 1 })

const PROCESSES = [
  child('db', 'sleeper', { healthCheck: fileCheck('db.ok'), onUnhealthy: 'none' }),
  child('web', 'sleeper', { instances: 2, dependsOn: ['db'], port: 'auto' }),
  child('task', 'crash', { args: ['0'], autorestart: false, minUptime: 0 }),
  child('broken', 'crash', { args: ['3'], autorestart: false, minUptime: 20_000 }),
]

let project: Project
beforeEach(() => {
  project = tempProject({ config: { processes: PROCESSES }, files: { 'db.ok': '' } })
})
afterEach(() => project.dispose())
const ps = (...args: string[]) => project.ps(...args)
const pids = async () => {
  const states: { name: string; pid: number | null }[] = (await ps('list', '--json')).json()
  return Object.fromEntries(states.map(({ name, pid }) => [name, pid]))
}

/** Connections to the supervisor. */
function connections(): number {
  const socket = project.supervisor()?.socket ?? 'none'
  // Columns: address, counts, protocol, flags, type, state (03: connected), inode, path.
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n')
  return lines.filter((line) => line.endsWith(` ${socket}`) && line.split(/ +/)[5] === '03').length
}

describe('the state of processes', () => {
  it('is shown briefly in the list, and in detail on the status page', async () => {
    expect(await ps('start', 'web', 'task')).toMatchObject({ code: 0, stderr: '' })
    await until(async () => /^task .* completed /m.test((await ps('list')).stdout), { what: 'the end of the task' })
    const { stdout } = await ps('list')
    expect(stdout).toMatch(/ PORT\n/)
    expect(stdout).toMatch(/^db +- +running \(healthy\) /m)
    expect(stdout).toMatch(/^web-2 +- +running .* \d+$/m)

    const db = await ps('status', 'db')
    expect(db).toMatchObject({ code: 0, stderr: '' })
    expect(db.stdout).toMatch(/^ +health +healthy; exec check every 200ms/m)
    expect(db.stdout).toMatch(/^ +needed by +web-1, web-2$/m)
    expect(db.stdout).toMatch(/^Health checks\n +\S+ \S+ +ok +\S+ +exited with 0$/m)
    const web = await ps('status', 'web-1')
    expect(web.stdout).toMatch(/^ +depends on +db: running \(healthy\)$/m)
    expect(web.stdout).toMatch(/^ +port +\d+, chosen automatically$/m)

    rmSync(project.file('db.ok'))
    await until(async () => (await ps('list')).stdout.includes('running (unhealthy)'), { what: 'the failing checks' })
    expect((await ps('status', 'db')).stdout).toMatch(/^ +\S+ \S+ +failed +\S+ +exited with 1$/m)
  })

  it('is shown for all instances of a declared name', async () => {
    await ps('start', 'web')
    const both = await ps('status', 'web')
    expect(both.code).toBe(0)
    expect(both.stdout).toMatch(/^NAME .*\nweb-1 .*\nweb-2 .*\n$/)
    expect((await ps('status', 'web', '--json')).json()).toMatchObject([
      { name: 'web-1', instanceOf: 'web', config: { env: { TUIX_INSTANCE: '1' } } },
      { name: 'web-2' },
    ])
    await ps('stop', 'web-2')
    expect((await ps('status', 'web')).code).toBe(3)
  })
})

describe('hooks and checks', () => {
  it('know the port and pid of their process, and the log contains the output of hooks', async () => {
    const check = { type: 'exec' as const, command: 'test "$PORT" -gt 0', interval: 200 }
    const hooks = { onReady: 'echo "$TUIX_NAME $TUIX_PID $PORT"' }
    project.write('processes.json', [child('api', 'sleeper', { port: 'auto', healthCheck: check, hooks })])
    expect((await ps('start', 'api')).code).toBe(0)
    const { pid, port } = await project.state('api')
    const line = `-- onReady: api ${pid} ${port} --`
    await until(async () => (await ps('logs', 'api')).stdout.split('\n').includes(line), { what: line })
  })
})

describe('wait', () => {
  it('exits with 0 if the condition is met, 124 after the timeout, 1 if it cannot be met, 4 for an unknown process', async () => {
    await ps('start', '--all')
    expect(await ps('wait', 'db', 'web', '--timeout', '20s')).toMatchObject({
      code: 0,
      stdout: 'db: healthy\nweb-1: healthy\nweb-2: healthy\n',
    })
    expect((await ps('wait', 'task', '--for', 'completed', '--json')).json()).toEqual([
      { name: 'task', ok: true, result: 'met', message: 'completed', warnings: [] },
    ])
    const late = await ps('wait', 'db', '--for', 'stopped', '--timeout', '200ms')
    expect(late).toMatchObject({ code: 124, stderr: 'db: was not stopped within 200 ms; it is running\n' })
    const never = await ps('wait', 'broken', 'db', '--for', 'completed')
    expect(never).toMatchObject({ code: 1, stdout: '' })
    expect(never.stderr).toMatch(/^broken: is crashed: exited with 3 .*\ndb: no longer waited for\n$/)
    expect((await ps('wait', 'nobody')).code).toBe(4)
  })

  it('notices later changes, and ends with Ctrl-C', async () => {
    rmSync(project.file('db.ok'))
    await ps('start', 'db', '--no-wait')
    await until(() => connections() === 0, { what: 'the end of the command before' })
    const interrupted = project.startPs({}, 'wait', 'db', '--for', 'stopped')
    await until(() => connections() > 0, { what: 'its connection' })
    interrupted.kill('SIGINT')
    expect(await interrupted.finished).toMatchObject({ code: 130, stdout: '' })

    await until(() => connections() === 0, { what: 'the end of its connection' })
    const waiting = project.startPs({}, 'wait', 'db')
    await until(() => connections() > 0, { what: 'its connection' })
    expect(waiting.stdout()).toBe('')
    project.write('db.ok', '')
    expect(await waiting.finished).toMatchObject({ code: 0, stdout: 'db: healthy\n', stderr: '' })
  })

  it('starts no supervisor for processes at rest', async () => {
    await ps('start', 'task')
    await ps('stop', '--all')
    const pid = project.supervisor()?.identity.pid
    if (pid) process.kill(pid, 'SIGTERM')
    await until(() => project.supervisor() === null, { what: 'the end of the supervisor' })
    expect((await ps('wait', 'task', '--for', 'completed')).code).toBe(0)
    expect((await ps('wait', 'task')).code).toBe(1)
    expect(project.supervisor()).toBe(null)
  })
})

describe('scale and reload', () => {
  it('set the number of instances without touching those that stay', async () => {
    await ps('start', 'web')
    const before = await pids()
    const more = await ps('scale', 'web=3')
    expect(more.code).toBe(0)
    expect(
      more.stdout
        .replace(/ \(pid \d+\)/g, '')
        .split('\n')
        .sort(),
    ).toEqual(['', 'web-1: already running', 'web-2: already running', 'web-3: started'])
    const after = await pids()
    expect([after['web-1'], after['web-2']]).toEqual([before['web-1'], before['web-2']])
    expect(alive(after['web-3'])).toBe(true)

    expect((await ps('scale', 'web=2', '--json')).json()).toContainEqual(
      expect.objectContaining({ name: 'web-3', ok: true, message: 'removed' }),
    )
    expect(alive(after['web-3'])).toBe(false)
    expect(await ps('scale', 'nobody=2')).toMatchObject({ code: 4, stdout: '' })
  })

  it('last until the config changes the number', async () => {
    const names = async () => Object.keys(await pids()).filter((name) => name.startsWith('web'))
    await ps('start', 'web')
    await ps('scale', 'web=1')
    await ps('restart', 'web')
    expect(await names()).toEqual(['web-1'])
    await ps('scale', 'web=3')
    await ps('restart', 'web')
    expect(await names()).toEqual(['web-1', 'web-2', 'web-3'])
    project.write('processes.json', [child('web', 'sleeper', { instances: 4, port: 'auto' })])
    await ps('start', 'web')
    expect(await names()).toEqual(['web-1', 'web-2', 'web-3', 'web-4'])
  })

  it('replace instances one at a time', async () => {
    await ps('start', 'web')
    const before = await pids()
    const reloaded = await ps('reload', 'web')
    expect(reloaded).toMatchObject({ code: 0, stderr: '' })
    expect(reloaded.stdout).toMatch(/^web-1: restarted .*\nweb-2: restarted .*\n$/)
    const after = await pids()
    expect(after.db).toBe(before.db)
    for (const name of ['web-1', 'web-2']) expect(after[name]).not.toBe(before[name])
  })
})
