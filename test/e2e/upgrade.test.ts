import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { reason } from '../../src/model/lifecycle/describe.ts'
import { liveOf, nextStart, statusOf } from '../../src/model/lifecycle/phase.ts'
import type { ProcessState } from '../../src/model/views/state.ts'
import type { SavedState } from '../../src/storage/state-file.ts'
import { child, running } from '../helpers/children.ts'
import { type Project, tempProject } from '../helpers/project.ts'
import { REPOSITORY } from '../helpers/runtimes.ts'
import { until } from '../helpers/until.ts'
import { runExit } from '../model/processes.ts'

let project: Project
afterEach(() => project.dispose())

const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))

/** A copy of the build that says it is another version; its path below the project. */
function buildOf(otherVersion: string): string {
  cpSync(join(REPOSITORY, 'dist'), project.file('other/dist'), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules'), project.file('other/node_modules'), 'dir')
  writeFileSync(project.file('other/package.json'), '{ "type": "module" }')
  for (const name of readdirSync(project.file('other/dist')).filter((file) => file.endsWith('.js'))) {
    const path = project.file(`other/dist/${name}`)
    writeFileSync(path, readFileSync(path, 'utf8').replace(`VERSION=\`${version}\``, `VERSION=\`${otherVersion}\``))
  }
  return project.file('other/dist/tuix-ps.js')
}

/** Writes the state as version 1 would have: of a run that is up, and of one that waits for its next try. */
function asVersion1(): void {
  const { processes, ...rest } = JSON.parse(project.read('.tuix/state.json')) as SavedState
  const old = processes.map(({ phase, lastExit, ...process }) => {
    const live = liveOf(phase)
    const { ended, ...exit } = lastExit ?? runExit()
    return {
      ...process,
      status: statusOf(phase.type),
      identity: live?.leader ?? null,
      startedAt: live?.startedAt ?? null,
      retryAt: nextStart(phase),
      reason: live ? '' : reason({ ...process, phase, lastExit }),
      lastExit: lastExit && exit,
      changedAt: 1,
    }
  })
  for (const file of ['state.json', 'state.json.bak'])
    project.write(`.tuix/${file}`, { ...rest, schema: 1, processes: old })
}

describe('an upgrade', () => {
  it('replaces an older supervisor, says so on stderr only, and keeps the children', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    const old = buildOf('0.0.1')
    expect((await project.run([old, 'start', 'web']).finished).code).toBe(0)
    expect(project.supervisor()?.version).toBe('0.0.1')
    const [before] = (await project.run([old, 'list', '--json']).finished).json()

    const list = await project.ps('list', '--json')
    expect(list.code).toBe(0)
    expect(list.json()).toMatchObject([{ name: 'web', pid: before.pid, status: 'running' }])
    expect(list.stderr).toContain('0.0.1')
    expect(project.supervisor()?.version).toBe(version)
    expect(running(project.path, 'server')).toEqual([before.pid])
    expect((await project.ps('list', '--json')).stderr).toBe('')
  })

  it('takes over what runs by a state of version 1, and what was to be', async () => {
    project = tempProject({ config: [child('web', 'server'), child('job', 'crash', { restartDelay: 60_000 })] })
    await project.ps('start', 'web')
    await project.ps('start', 'job', '--no-wait')
    const saved = () => JSON.parse(project.read('.tuix/state.json')) as SavedState
    await until(() => saved().processes.some(({ phase }) => phase.type === 'backoff'), {
      what: 'the next try, on disk',
    })
    const [web, job] = (await project.ps('list', '--json')).json() as ProcessState[]
    await project.killSupervisor()
    asVersion1()

    const list = await project.ps('list', '--json')
    expect([list.code, list.stderr]).toEqual([0, ''])
    expect(list.json()).toMatchObject([
      { name: 'web', pid: web?.pid, status: 'running', startedAt: web?.startedAt, adopted: true },
      { name: 'job', phase: 'backoff', retryAt: job?.retryAt, reason: job?.reason },
    ])
    expect(running(project.path, 'server')).toEqual([web?.pid])
  })

  it('hands ten kinds of processes over from a state of version 1, and back to one that cannot read the state of now', async () => {
    project = tempProject({
      config: [
        child('web', 'server', { port: 'auto', healthCheck: { type: 'exec', command: 'true' } }),
        child('pool', 'sleeper', { instances: 2 }),
        child('talks', 'server', { healthCheck: { type: 'output', outputPattern: 'port' } }),
        child('watched', 'sleeper', { watch: true }),
        child('limited', 'sleeper', { maxMemory: 500, maxCpu: 90 }),
        child('tree', 'family'),
        child('needs', 'sleeper', { dependsOn: ['web'] }),
        child('stopped', 'sleeper'),
        child('failing', 'crash', { restartDelay: 60_000 }),
        child('nightly', 'sleeper', { schedule: '0 0 29 2 *' }),
      ],
    })
    await project.ps('start', '--all', '--no-wait')
    await project.ps('stop', 'stopped')
    const states = async () => (await project.ps('list', '--json')).json() as ProcessState[]
    const settled = { running: 8, stopped: 1, backoff: 1, scheduled: 1 }
    const before = await until(
      async () => {
        const all = await states()
        const isReady = Object.entries(settled).every(
          ([expected, count]) => all.filter(({ phase }) => phase === expected).length === count,
        )
        return isReady && all.find(({ name }) => name === 'web')?.health === 'healthy' ? all : undefined
      },
      { what: 'all to be up' },
    )
    const saved = () => JSON.parse(project.read('.tuix/state.json')) as SavedState
    await until(() => saved().processes.filter(({ phase }) => phase.type === 'running').length === settled.running, {
      what: 'all of it on disk',
    })
    const descendants = () => [...running(project.path, 'stubborn'), ...running(project.path, 'sleeper')]
    const started = descendants()
    const told = ({ name, pid, phase, retryAt, startedAt, port, wanted, run }: ProcessState) => ({
      ...{ name, pid, phase, retryAt, startedAt, port, wanted, run },
    })
    await project.killSupervisor()
    asVersion1()
    const after = await states()
    expect(after.map(told)).toEqual(before.map(told))

    // A version that knows only schema 1 sets this state aside, and finds what runs by its marker.
    await project.killSupervisor()
    for (const file of ['state.json', 'state.json.bak']) {
      project.write(`.tuix/${file}`, { ...saved(), schema: 3 })
    }
    const back = await states()
    const living = (all: ProcessState[]) =>
      all.flatMap(({ name, pid }) => (pid === null ? [] : [`${name} ${pid}`])).sort()
    expect(living(back)).toEqual(living(before))
    expect(descendants()).toEqual(started)
  })

  it('is not undone by an older command', async () => {
    project = tempProject({ config: [child('web', 'server')] })
    await project.ps('start', 'web')
    const supervisor = project.supervisor()
    const list = await project.run([buildOf('0.0.1'), 'list', '--json']).finished
    expect(list.json()).toMatchObject([{ name: 'web', status: 'running' }])
    expect(project.supervisor()).toEqual(supervisor)
  })
})
