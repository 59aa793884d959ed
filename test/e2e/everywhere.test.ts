import { mkdirSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProcessState } from '../../src/model/views/state.ts'
import { child } from '../helpers/children.ts'
import { alive } from '../helpers/processes.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import type { Running } from '../helpers/running.ts'
import { type TempFolder, tempFolder } from '../helpers/temp.ts'
import { until } from '../helpers/until.ts'

let state: TempFolder
const projects: Project[] = []
let following: Running | undefined

beforeEach(() => {
  state = tempFolder('everywhere')
})

afterEach(async () => {
  following?.kill('SIGKILL')
  following = undefined
  for (const project of projects.splice(0)) await project.dispose()
  state.remove()
})

/** A project in a folder of this name, whose supervisor is noted for this test alone. */
async function project(...names: string[]): Promise<Project> {
  const made = tempProject({ config: names.map((name) => child(name, 'sleeper')) })
  projects.push(made)
  await ps(made, 'start', '--all')
  return made
}

const env = () => ({ XDG_STATE_HOME: state.path })
const ps = (at: Project, ...args: string[]) => at.psWith({ env: env() }, ...args)
const nameOf = ({ path }: Project) => path.slice(path.lastIndexOf('/') + 1)
const listed = async (at: Project): Promise<ProcessState[]> => (await ps(at, 'list', '--everywhere', '--json')).json()
const brief = async (at: Project) => (await listed(at)).map(({ name, status, folder }) => `${name} ${status} ${folder}`)

describe('--everywhere', () => {
  it('lists, stops and shows the logs of all projects, from any of them', async () => {
    const one = await project('web', 'db')
    const two = await project('web')
    const [a, b] = [nameOf(one), nameOf(two)]
    expect(await brief(one)).toEqual([
      `${a}/web running ${one.path}`,
      `${a}/db running ${one.path}`,
      `${b}/web running ${two.path}`,
    ])
    const table = (await ps(two, 'list', '--everywhere')).stdout
    expect(table).toMatch(/^NAME +FOLDER +/i)
    expect(table).toMatch(new RegExp(`^${a}/db +${one.path} +- +running`, 'm'))
    expect((await ps(two, 'logs', '--everywhere')).stdout).toMatch(new RegExp(`^${a}/db +\\| sleeper`, 'm'))
    expect((await ps(two, 'logs', 'db', '--everywhere')).stdout).toContain('sleeper')

    expect((await ps(two, 'stop', 'nothing', '--everywhere')).stderr).toContain('no process is named `nothing`')
    expect((await ps(two, 'stop', `${a}/web`, '--everywhere')).stdout).toBe(`${a}/web: stopped\n`)
    expect((await ps(two, 'stop', 'web', '--everywhere')).stdout.split('\n').sort()).toEqual(
      ['', `${a}/web: already stopped`, `${b}/web: stopped`].sort(),
    )
    expect((await ps(two, 'stop', '--all', '--everywhere')).code).toBe(0)
    expect(new Set((await listed(one)).map(({ status }) => status))).toEqual(new Set(['stopped']))
  })

  it('asks a project without a supervisor by its files, and starts none', async () => {
    const one = await project('web')
    const two = await project('db')
    expect((await ps(one, 'stop', '--all')).code).toBe(0)
    await until(() => one.supervisor() === null || !alive(one.supervisor()?.identity.pid), {
      what: 'the end of the idle supervisor',
      timeoutMs: 30_000,
    })
    // What was up before a reboot or the end of a container is not brought back by a question about everything.
    const pid = two.supervisor()?.identity.pid ?? 0
    const db = (await listed(two)).find(({ name }) => name.endsWith('/db'))?.pid ?? 0
    process.kill(pid, 'SIGKILL')
    expect(await brief(one)).toContain(`${nameOf(two)}/db running ${two.path}`)
    process.kill(db, 'SIGKILL')
    await until(() => !alive(db), { what: 'the end of db' })
    const states = await listed(one)
    expect(states.map(({ status }) => status)).toEqual(['stopped', 'stopped'])
    expect(states[1]?.reason).toContain('the next command in its folder brings it back')
    expect((await ps(one, 'logs', '--everywhere')).stdout).toContain(`${nameOf(one)}/web | sleeper`)
    expect((await ps(one, 'stop', 'web', '--everywhere')).stdout).toBe(`${nameOf(one)}/web: already stopped\n`)
    expect([alive(one.supervisor()?.identity.pid), alive(pid)]).toEqual([false, false])

    // An order takes a supervisor, and nothing of the project comes back meanwhile for longer than the order takes.
    expect((await ps(one, 'stop', 'db', '--everywhere')).code).toBe(0)
    expect((await listed(one)).map(({ status }) => status)).toEqual(['stopped', 'stopped'])
  })

  it('follows the logs of a project that starts later', async () => {
    const one = await project('web')
    const two = await project('db')
    expect((await ps(two, 'stop', '--all')).code).toBe(0)
    await until(() => !alive(two.supervisor()?.identity.pid), { what: 'the end of the supervisor', timeoutMs: 30_000 })
    following = one.startPs({ env: env() }, 'logs', '-f', '--everywhere')
    const output = () => following?.stdout() ?? ''
    await until(() => output().includes(`${nameOf(one)}/web`), { what: 'the first lines' })
    await ps(two, 'start', '--all')
    const started = () =>
      output()
        .split('\n')
        .filter((line) => line.startsWith(`${nameOf(two)}/db`)).length
    const before = started()
    await ps(two, 'restart', 'db')
    await until(() => started() > before, { what: 'lines of the project that has started', timeoutMs: 20_000 })
  })

  it('forgets what is gone, and refuses options about one project', async () => {
    const one = await project('web')
    const none = tempProject()
    projects.push(none)
    mkdirSync(`${state.path}/empty`)
    const empty = await none.psWith({ env: { XDG_STATE_HOME: `${state.path}/empty` } }, 'list', '--everywhere')
    expect([empty.code, empty.stdout, empty.stderr]).toEqual([
      0,
      '',
      'no process of this user was started yet, in any project\n',
    ])
    expect((await ps(one, 'list', '--everywhere', '--target', 'prod')).stderr).toBe(
      'error: --everywhere is about all projects: leave out --target\n',
    )
    const { pid } = one.supervisor()?.identity ?? { pid: 0 }
    rmSync(one.path, { recursive: true, force: true })
    expect(await brief(none)).toEqual([])
    await until(() => !alive(pid), { what: 'the end of the supervisor', timeoutMs: 30_000 })
  })
})

describe('doctor', () => {
  it('tells of a supervisor that hangs and whose folder is gone', async () => {
    const one = await project('web')
    const two = await project('db')
    const pid = two.supervisor()?.identity.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    rmSync(two.path, { recursive: true, force: true })
    const { stdout } = await ps(one, 'doctor')
    expect(stdout).toMatch(
      new RegExp(
        `^! supervisors +pid ${pid} supervises ${two.path}/.tuix, which is gone: if it stays: kill -KILL ${pid}$`,
        'm',
      ),
    )
    process.kill(pid, 'SIGCONT')
    await until(() => !alive(pid), { what: 'the end of the supervisor', timeoutMs: 30_000 })
  })
})
