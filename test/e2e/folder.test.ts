import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { child } from '../helpers/children.ts'
import { command } from '../helpers/commander.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { removeInUse } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

const WEB = child('web', 'sleeper', { minUptime: 50 })
let project: Project

beforeEach(() => {
  project = tempProject({ files: { 'app/processes.json': [WEB] } })
})
afterEach(() => project.dispose())

const at = (path: string) => project.file(path)
/** A command in a folder of the project. */
const ps = (folder: string, ...args: string[]) => command(args, { cwd: at(folder) })
const list = async (folder: string): Promise<ProcessState[]> => (await ps(folder, 'list', '--json')).json()
const only = async (folder: string) => (await list(folder))[0]
const supervisorOf = (folder: string): number | undefined => {
  try {
    return JSON.parse(readFileSync(at(`${folder}/.tuix/supervisor.json`), 'utf8')).identity.pid
  } catch {
    return undefined
  }
}

async function started(folder: string): Promise<number> {
  expect((await ps(folder, 'start', 'web')).code).toBe(0)
  return (await only(folder))?.pid ?? 0
}

/** A copy of the app with its state, as `cp -a` makes it. */
function copy(to: string): void {
  // A socket cannot be copied, and nothing listens on one that is made anew.
  cpSync(at('app'), at(to), { recursive: true, filter: (path) => !path.endsWith('.sock') })
}

async function killSupervisorOf(folder: string): Promise<void> {
  const pid = supervisorOf(folder) ?? 0
  process.kill(pid, 'SIGKILL')
  await until(() => !alive(pid), { what: 'the death of the supervisor' })
}

describe('a state folder that was copied', () => {
  const COPY = /^warning: .+\/copy\/\.tuix is a copy of another state folder: .+\n$/

  it('is nobody’s: nothing of the original is shown, stopped or supervised, and one sentence says so', async () => {
    const pid = await started('app')
    copy('copy')
    expect(await only('copy')).toMatchObject({ status: 'stopped', wanted: 'down', pid: null })
    const stopped = await ps('copy', 'stop', '--all')
    expect(stopped).toMatchObject({ code: 0, stderr: expect.stringMatching(COPY) })
    expect((await ps('copy', 'doctor')).stdout).not.toContain('path of the state folder is too long')

    // From now on it is a state folder like any other.
    const own = await started('copy')
    expect(own).not.toBe(pid)
    expect(supervisorOf('copy')).not.toBe(supervisorOf('app'))
    expect((await ps('copy', 'supervisor', 'stop', '--all')).code).toBe(0)
    expect(await only('app')).toMatchObject({ status: 'running', pid, restarts: 0 })
  })

  it('does not take over what runs when the supervisor of the original is killed', async () => {
    const pid = await started('app')
    copy('copy')
    await killSupervisorOf('app')
    expect(await only('copy')).toMatchObject({ status: 'stopped', pid: null })
    const own = await started('copy')
    expect((await ps('copy', 'stop', '--all')).code).toBe(0)
    expect([alive(pid), alive(own)]).toEqual([true, false])
    expect(await only('app')).toMatchObject({ status: 'running', pid, adopted: true })
  })

  it('runs the code of the copy, also of a process that no config declares', async () => {
    expect((await ps('app', 'run', 'extra', '--', 'sleep', '2600')).code).toBe(0)
    copy('copy')
    expect((await ps('copy', 'start', 'extra')).code).toBe(0)
    expect((await ps('copy', 'status', 'extra', '--json')).json().config.cwd).toBe(at('copy'))
  })
})

describe('a project that was renamed under its supervisor', () => {
  it('is followed: it is not made again, its processes run on, and restarts happen in the new place', async () => {
    const pid = await started('app')
    renameSync(at('app'), at('renamed'))
    await until(() => supervisorOf('renamed') !== undefined && existsSync(at('renamed/.tuix/supervisor.sock')))
    expect(await only('renamed')).toMatchObject({ status: 'running', pid })
    expect((await ps('renamed', 'restart', 'web')).code).toBe(0)
    const { config } = (await ps('renamed', 'status', 'web', '--json')).json()
    expect(config.cwd).toBe(at('renamed'))
    await until(async () => (await ps('renamed', 'logs', 'web', '-n', '50')).stdout.includes('sleeper'))
    process.kill((await only('renamed'))?.pid ?? 0, 'SIGKILL')
    await until(async () => (await only('renamed'))?.restarts === 1)
    expect(existsSync(at('app'))).toBe(false)
  })

  it('is not made again by a process that restarts meanwhile', async () => {
    const crash = { name: 'web', command: 'sh', args: ['-c', 'sleep 0.2; exit 1'], minUptime: 50, restartDelay: 10 }
    project.write('app/processes.json', [{ ...crash, maxRestarts: 1000, maxRestartDelay: 10 }])
    await ps('app', 'start', 'web', '--no-wait')
    renameSync(at('app'), at('renamed'))
    const before = (await only('renamed'))?.restarts ?? 0
    await until(async () => ((await only('renamed'))?.restarts ?? 0) > before + 2, { what: 'further restarts' })
    expect(existsSync(at('app'))).toBe(false)
  })

  it('passes from its place to another project, whose processes it leaves alone', async () => {
    cpSync(at('app'), at('next'), { recursive: true })
    const old = await started('app')
    renameSync(at('app'), at('old'))
    renameSync(at('next'), at('app'))
    const pid = await started('app')
    expect(pid).not.toBe(old)
    expect((await ps('old', 'stop', '--all')).code).toBe(0)
    expect(alive(old)).toBe(false)
    expect(await only('old')).toMatchObject({ status: 'stopped', pid: null })
    expect(await only('app')).toMatchObject({ status: 'running', pid, restarts: 0 })
    expect((await ps('app', 'supervisor', 'stop', '--all')).code).toBe(0)
    expect(await only('old')).toMatchObject({ status: 'stopped' })
  })

  it('answers after a folder further up was renamed, which nothing tells it', async () => {
    mkdirSync(at('up'))
    renameSync(at('app'), at('up/app'))
    const pid = await started('up/app')
    renameSync(at('up'), at('down'))
    expect(await only('down/app')).toMatchObject({ status: 'running', pid })
    expect((await ps('down/app', 'stop', 'web')).code).toBe(0)
    expect(alive(pid)).toBe(false)
    expect(existsSync(at('up'))).toBe(false)
  })

  it('has its state folder under another name, which a new one does not take the processes of', async () => {
    const pid = await started('app')
    renameSync(at('app/.tuix'), at('app/state'))
    await until(() => existsSync(at('app/state/supervisor.json')))
    expect(await list('app')).toEqual([])
    expect((await ps('app', 'doctor', '--fix')).stdout).toMatch(/orphans +none/)
    const [web] = (await ps('app', '--tuix-dir', 'state', 'list', '--json')).json()
    expect(web).toMatchObject({ status: 'running', pid })
    expect((await ps('app', '--tuix-dir', 'state', 'stop', 'web')).code).toBe(0)
    expect(alive(pid)).toBe(false)
  })

  it('is let go by an app, which cannot manage it any more', async () => {
    mkdirSync(at('app/work'))
    const source = `import { createProcessManager } from 'tuix/process-manager'
      const manager = await createProcessManager({ tuixDir: 'app/.tuix' })
      await manager.start(${JSON.stringify(WEB)})
      console.log('up')
      process.on('SIGUSR2', () => manager.restart('web').then(() => console.log('restarted'), ({ message }) => console.log(message)))
      setInterval(() => {}, 1000)`
    const one = project.app(source)
    await until(() => one.stdout().includes('up'), { what: 'the process' })
    const pid = (await only('app'))?.pid
    renameSync(at('app'), at('renamed'))
    await until(async () => supervisorOf('renamed') !== undefined && supervisorOf('renamed') !== one.pid)
    expect(await only('renamed')).toMatchObject({ status: 'running', pid, owned: true })
    one.kill('SIGUSR2')
    await until(() => one.stdout().includes(`${at('app')} was deleted or renamed`), { what: 'a refusal' })
    expect(existsSync(at('app'))).toBe(false)
    one.kill('SIGKILL')
    await until(() => !alive(pid), { what: 'the end of what the app owned' })
  })
})

describe('a project that is deleted under its supervisor', () => {
  it('is not made again, and its processes and the supervisor end', async () => {
    const pid = await started('app')
    const supervisor = supervisorOf('app')
    const events = project.startPs({}, '--tuix-dir', 'app/.tuix', 'events', '-f')
    await removeInUse(at('app'))
    await until(() => !alive(pid) && !alive(supervisor), { what: 'the end of both' })
    expect(readdirSync(project.path)).not.toContain('app')
    events.kill('SIGTERM')
    await events.finished
    expect(readdirSync(project.path)).not.toContain('app')
  })

  it('ends a supervisor in the foreground with a failure, after everything was stopped', async () => {
    const foreground = project.startPs(
      {},
      '--tuix-dir',
      'app/.tuix',
      '--config',
      'app/processes.json',
      'supervisor',
      'run',
    )
    const pid = await until(() => Number(/web: started with pid (\d+)/.exec(foreground.stderr())?.[1]))
    await removeInUse(at('app'))
    const { code, stderr } = await foreground.finished
    expect(code).toBe(1)
    expect(stderr).toContain(`${at('app')} was deleted: its processes are stopped in 5 s`)
    expect(stderr).toContain('app/.tuix was deleted or renamed: it is not supervised here any more')
    expect(alive(pid)).toBe(false)
  })

  it('gets its state folder back if that alone is deleted', async () => {
    const pid = await started('app')
    await removeInUse(at('app/.tuix'))
    await until(() => existsSync(at('app/.tuix/supervisor.json')), { what: 'the folder' })
    expect(await only('app')).toMatchObject({ status: 'running', pid, adopted: false })
    await killSupervisorOf('app')
    expect(await only('app')).toMatchObject({ status: 'running', pid, adopted: true })
    expect((await ps('app', 'stop', '--all')).stderr).toBe('')
  })

  it('and asked at once is still known in full', async () => {
    const pid = await started('app')
    const supervisor = supervisorOf('app')
    await removeInUse(at('app/.tuix'))
    expect(await only('app')).toMatchObject({ status: 'running', pid, adopted: false })
    expect(supervisorOf('app')).toBe(supervisor)
  })

  it('and its supervisor is killed, too: list finds what runs by its marker', async () => {
    const pid = await started('app')
    await killSupervisorOf('app')
    await removeInUse(at('app/.tuix'))
    expect(await only('app')).toMatchObject({ name: 'web', status: 'running', pid, adopted: true })
  })

  it('is not made by a list where nothing runs', async () => {
    expect(await list('app')).toEqual([])
    expect(existsSync(at('app/.tuix'))).toBe(false)
  })
})

it('a release that is gone is not made again for the log file of a process that crashes', async () => {
  const logFile = 'logs/web.log'
  mkdirSync(at('release'))
  const settings = { cwd: '../release', logFile: join('../release', logFile), restartDelay: 10, maxRestarts: 3 }
  project.write('app/processes.json', [child('web', 'sleeper', settings)])
  const pid = await started('app')
  await removeInUse(at('release'))
  process.kill(pid, 'SIGKILL')
  await until(async () => (await only('app'))?.pid === null)
  await until(async () => ['error', 'restarting'].includes((await only('app'))?.status ?? ''))
  expect(existsSync(at('release'))).toBe(false)
})
